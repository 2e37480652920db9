# Where we are, and as whom.
system() {
  set -- $(uname -snm)
  os=$1
  fact system "$1" "$3" "${USER:-${LOGNAME:-$(id -un)}}" "$(id -u)" "${HOME:-/}" "$2" "${SHELL:-}" "$(date +%s)"
}
