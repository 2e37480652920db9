candidates= answers= missing=

# interpreters SPEC…: finds a Python for each spec (`3`, `3.11`, `3.11.7` or a path); all there are if one is missing.
interpreters() {
  for spec in "$@"; do
    candidates= met=
    case $spec in
    */*) candidates=$newline$spec ;;
    *.*.*) look_everywhere "python${spec%.*}" ;;
    *) look_everywhere "python$spec" ;;
    esac
    meet
    [ -n "$met" ] || missing=yes
  done
  [ -z "$missing" ] || all_interpreters
}

all_interpreters() {
  candidates= spec=
  look_everywhere python3 'python3.[0-9]' 'python3.[0-9][0-9]' python2.7 'pypy3.[0-9]*'
  meet
}

# pythons: the versions that have a program of their own. None is started: the name of `python3` says too little.
pythons() {
  candidates=
  look_everywhere python2.7 'python3.[0-9]' 'python3.[0-9][0-9]'
  IFS=$newline
  set -f
  for each in $candidates; do
    fact python "${each##*/python}"
  done
  set +f
  unset IFS
}

# look_everywhere PATTERN…: PATH first, because what is found first is what is taken.
look_everywhere() {
  # Only what is expanded is split.
  folders=$PATH:/usr/bin:/usr/local/bin
  IFS=:
  set -f
  for folder in $folders; do
    set +f
    unset IFS
    look "$folder" "$@"
  done
  for folder in /opt/homebrew/bin /opt/python/*/bin /opt/*/bin "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin \
    "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/*/bin; do
    look "$folder" "$@"
  done
}

# look FOLDER PATTERN…: puts what may be a Python of the host's on $candidates. pyenv's shims depend on the folder that one is
# in; a venv's Python belongs to that venv.
look() {
  case $1 in */shims | */shims/ | [!/]* | '') return ;; esac
  [ -d "$1" ] || return
  [ ! -e "${1%/*}/pyvenv.cfg" ] || return
  bin=$1
  shift
  for pattern in "$@"; do
    for each in "$bin"/$pattern; do
      case $each in *-config) continue ;; esac
      [ -f "$each" ] && [ -x "$each" ] && candidates=$candidates$newline$each
    done
  done
}

# Asks the candidates until one is of the spec's version; with no spec, all.
meet() {
  [ -n "$candidates" ] || return
  IFS=$newline
  set -f
  for each in $(stamps $candidates); do
    question "${each%%"$unit"*}" "${each#*"$unit"}"
    case $spec in
    '') ;;
    */*) [ -z "$version" ] || met=yes ;;
    *) case $version in "$spec" | "$spec".*) met=yes ;; esac ;;
    esac
    [ -z "$met" ] || break
  done
  set +f
  unset IFS
}

# question STAMP PATH: starts a Python, once for all paths that lead to it, and tells its answer; a spec's search tells it for
# its own path too. Sets $version.
question() {
  case $answers in
  *"$newline$1$unit"*)
    answer=${answers#*"$newline$1$unit"}
    answer=${answer%%"$newline"*}
    [ -z "$spec" ] || fact interpreter "$2" "$1" "$answer"
    ;;
  *)
    case $spec in */*) whose=any ;; *) whose=hosts ;; esac
    answer=$("$2" -E -s -B -c "$interpreter" "$whose" "$2" </dev/null)
    case $answer in [0-9]*"$unit"*) fact interpreter "$2" "$1" "$answer" ;; *) answer= ;; esac
    answers=$answers$newline$1$unit$answer$newline
    ;;
  esac
  version=${answer%%"$unit"*}
}
