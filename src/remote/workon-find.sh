# venvoy_find [-c | -n] NAME: prints the folder of a venv of WORKON_HOME; 2 for what is no name, 1 where there is no such venv.
# To be called as $(venvoy_find …): it leaves no variable behind, and what the caller has set (-u, -e, noglob) does not matter.
venvoy_find() {
  set +efu
  while :; do
    case $1 in -n | --no-cd | -c | --cd) shift ;; *) break ;; esac
  done
  [ $# -eq 1 ] || { echo 'workon: one name is wanted: workon NAME' >&2; exit 2; }
  case $1 in
  '' | . | .. | -* | */*) echo "workon: not the name of a venv: '$1'" >&2; exit 2 ;;
  esac
  home=${WORKON_HOME:-$HOME/.virtualenvs}
  if [ ! -f "$home/$1/bin/activate" ] && [ -z "$WORKON_HOME" ]; then
    # Where WORKON_HOME is set in a start-up file only, a login shell knows it.
    login=$(command -v bash || command -v sh)
    said=$("$login" -lc 'printf "\n%s\n" "$WORKON_HOME"' 2>/dev/null </dev/null | tail -n 1)
    home=${said:-$home}
  fi
  # As virtualenvwrapper reads it.
  case $home in
  '~'/*) home=$HOME/${home#??} ;;
  /*) ;;
  *) home=$HOME/$home ;;
  esac
  # Scripts: as Windows has it.
  bin=bin
  [ -f "$home/$1/bin/activate" ] || [ ! -f "$home/$1/Scripts/activate" ] || bin=Scripts
  if [ ! -f "$home/$1/$bin/activate" ]; then
    names=
    for each in "$home"/*; do
      [ -f "$each/bin/activate" ] || [ -f "$each/Scripts/activate" ] || continue
      names="$names${names:+, }${each##*/}"
    done
    what="no venv '$1' in $home"
    [ ! -h "$home/$1" ] || what="venv '$1' in $home is a link to what is not there"
    echo "workon: $what; there are: ${names:-none}" >&2
    if [ -z "$WORKON_HOME$said" ] && grep -qs WORKON_HOME "$HOME/.bashrc"; then
      echo 'workon: WORKON_HOME is set in ~/.bashrc, which only a shell at a terminal reads to its end: set it in ~/.profile' >&2
    fi
    exit 1
  fi
  # Where it is gone, `python` would be the next one of PATH, outside the venv.
  if [ ! -x "$home/$1/$bin/python" ] && [ ! -x "$home/$1/$bin/python.exe" ]; then
    echo "workon: the Python of venv '$1' is gone: $home/$1/$bin/python" >&2
    exit 1
  fi
  # The link is resolved once: what starts now keeps its venv when the link is switched.
  cd -P -- "$home/$1" && pwd -P
}
