# uvs: the uvs that are there, in the order in which they are taken, and which version each is.
uvs() {
  # Only what is expanded is split.
  folders=$PATH:$HOME/.local/bin:$HOME/.cargo/bin
  IFS=:
  set -f
  for folder in $folders; do
    set +f
    unset IFS
    uv "$folder/uv"
  done
  for each in "$HOME"/.cache/venvoy/uv/*/uv; do
    uv "$each"
  done
}

# uv PATH: starts it, as one of another machine in a shared home does not. pyenv's shims depend on the folder that one is in.
uv() {
  case $1 in */shims/* | [!/]*) return ;; esac
  [ -f "$1" ] && [ -x "$1" ] || return
  answer=$("$1" --version </dev/null)
  case $answer in
  'uv '[0-9]*)
    answer=${answer#uv }
    fact uv "$1" "${answer%% *}"
    ;;
  esac
}
