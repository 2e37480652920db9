# workon with virtualenvwrapper's hooks: its real function, found where people and packages put it. For a login bash, behind
# workon-find.sh.
venvoy_has() {
  declare -F "$1" >/dev/null
}

venvoy_keep() {
  eval "venvoy_real_$(declare -f workon)"
}

# What a start-up file has defined. The lazy loader's workon is none yet.
if venvoy_has workon && { ! venvoy_has virtualenvwrapper_load || [ -n "${VIRTUALENVWRAPPER_LAZY_LOADED:-}" ]; }; then
  venvoy_keep
fi

venvoy_script() {
  local each
  for each in "$VIRTUALENVWRAPPER_SCRIPT" "$(command -v virtualenvwrapper.sh)" \
    /usr/share/virtualenvwrapper/virtualenvwrapper.sh /usr/local/bin/virtualenvwrapper.sh ~/.local/bin/virtualenvwrapper.sh; do
    # A shim of pyenv's is a program, which would take the place of this shell.
    case $each in */shims/*) each=$(pyenv which virtualenvwrapper.sh 2>/dev/null) ;; esac
    [ -z "$each" ] || [ ! -r "$each" ] || { echo "$each"; return; }
  done
  echo 'workon: hooks are asked for, but virtualenvwrapper is not there: no virtualenvwrapper.sh on PATH or where packages put it' >&2
  return 127
}

# Not before the prefix: the script reads WORKON_HOME when it is loaded, and the context may have set it.
venvoy_load() {
  local script
  script=$(venvoy_script) || return
  unset -f workon
  . "$script"
  ! venvoy_has workon || venvoy_keep
  venvoy_cover
  venvoy_has venvoy_real_workon || { echo "workon: $script could not be loaded" >&2; return 127; }
}

venvoy_enter() {
  local venv
  venvoy_has venvoy_real_workon || venvoy_load || return
  venv=$(venvoy_find "$@") || return
  venvoy_real_workon "$@" || return
  # The real one succeeds whatever its hooks and the venv's own script do.
  [ ! "$VIRTUAL_ENV" -ef "$venv" ] || return 0
  echo "workon: virtualenvwrapper's workon ran, but this venv is not active: $venv" >&2
  return 1
}

venvoy_cover() {
  workon() {
    local options=$- before status=0
    set +u
    # A hook that says `exit 0` is not the success of a command that never ran.
    before=$(trap -p EXIT)
    trap 'venvoy_status=$?; echo "workon: a hook ended the shell" >&2; exit $((venvoy_status ? venvoy_status : 1))' EXIT
    # What a hook prints is not the output of the command, and what it reads is not its input.
    venvoy_enter "$@" </dev/null >&2 || status=$?
    eval "${before:-trap - EXIT}"
    case $options in *u*) set -u ;; esac
    return $status
  }
}
venvoy_cover
