# workon [-c | -n] NAME: enters a venv as virtualenvwrapper's does, without start-up files and hooks. Behind workon-find.sh.
workon() {
  venvoy_venv=$(venvoy_find "$@") || return
  venvoy_cd=${VIRTUALENVWRAPPER_WORKON_CD:-1}
  while [ $# -gt 1 ]; do
    case $1 in -n | --no-cd) venvoy_cd=0 ;; *) venvoy_cd=1 ;; esac
    shift
  done
  # A venv that is active gives way, whoever activated it: the names are those of every `activate`.
  if [ -n "${_OLD_VIRTUAL_PATH:-}" ] && command -v deactivate >/dev/null; then deactivate nondestructive; fi
  deactivate() {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ]; then PATH=$_OLD_VIRTUAL_PATH; fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME:-}" ]; then export PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"; fi
    unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    [ "${1:-}" = nondestructive ] || unset -f deactivate
  }
  _OLD_VIRTUAL_PATH=${PATH:-}
  _OLD_VIRTUAL_PYTHONHOME=${PYTHONHOME:-}
  unset PYTHONHOME
  VIRTUAL_ENV=$venvoy_venv
  VIRTUAL_ENV_PROMPT=$1
  venvoy_bin=bin
  [ -f "$VIRTUAL_ENV/bin/activate" ] || venvoy_bin=Scripts
  PATH=$VIRTUAL_ENV/$venvoy_bin${PATH:+:$PATH}
  export VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH
  venvoy_project=$VIRTUAL_ENV/${VIRTUALENVWRAPPER_PROJECT_FILENAME:-.project}
  if [ "$venvoy_cd" = 1 ] && [ -f "$venvoy_project" ]; then
    IFS= read -r venvoy_project <"$venvoy_project" || :
    # A folder that is gone is told of by the shell, and the venv is active nevertheless.
    cd -- "$venvoy_project" || :
  fi
  unset venvoy_venv venvoy_bin venvoy_cd venvoy_project
}
