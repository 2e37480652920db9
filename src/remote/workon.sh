# workon NAME: enters a venv of WORKON_HOME as virtualenvwrapper's does, without start-up files and hooks.
workon() {
  while [ $# -gt 1 ]; do
    case $1 in -n | --no-cd) VENVOY_NO_CD=1 ;; -c | --cd) ;; *) break ;; esac
    shift
  done
  case $# in 1) ;; *) echo 'workon: one name is wanted: workon NAME' >&2; return 2 ;; esac
  case $1 in '' | . | .. | -* | */*) echo "workon: not the name of a venv: '$1'" >&2; return 2 ;; esac
  venvoy_home=${WORKON_HOME:-$HOME/.virtualenvs}
  if [ ! -f "$venvoy_home/$1/bin/activate" ] && [ -z "$WORKON_HOME" ] && command -v bash >/dev/null; then
    # Where WORKON_HOME is set in a start-up file only, a login shell knows it.
    venvoy_login=$(bash -lc 'printf "\n%s" "$WORKON_HOME"' 2>/dev/null </dev/null)
    venvoy_login=${venvoy_login##*
}
    [ -z "$venvoy_login" ] || venvoy_home=$venvoy_login
  fi
  if [ ! -f "$venvoy_home/$1/bin/activate" ]; then
    venvoy_names=
    for venvoy_each in "$venvoy_home"/*/bin/activate; do
      [ -f "$venvoy_each" ] || continue
      venvoy_each=${venvoy_each%/bin/activate}
      venvoy_names="$venvoy_names${venvoy_names:+, }${venvoy_each##*/}"
    done
    echo "workon: no venv '$1' in $venvoy_home; there are: ${venvoy_names:-none}" >&2
    return 1
  fi
  # The link is resolved once: what starts now keeps its venv when the link is switched.
  VIRTUAL_ENV=$(cd -P -- "$venvoy_home/$1" && pwd -P) || return
  VIRTUAL_ENV_PROMPT=$1
  PATH=$VIRTUAL_ENV/bin${PATH:+:$PATH}
  export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH
  unset PYTHONHOME
  if [ -z "$VENVOY_NO_CD" ] && [ "${VIRTUALENVWRAPPER_WORKON_CD:-1}" = 1 ] && [ -f "$VIRTUAL_ENV/.project" ]; then
    IFS= read -r venvoy_project <"$VIRTUAL_ENV/.project"
    [ ! -d "$venvoy_project" ] || cd -- "$venvoy_project" || return
  fi
  unset VENVOY_NO_CD venvoy_home venvoy_login venvoy_names venvoy_each venvoy_project
}
