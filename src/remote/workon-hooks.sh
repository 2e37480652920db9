# workon with virtualenvwrapper's hooks: the real function, found where people and packages put it. For a login bash.
if ! type workon >/dev/null 2>&1; then
  for venvoy_each in "$VIRTUALENVWRAPPER_SCRIPT" "$(command -v virtualenvwrapper.sh)" \
    /usr/share/virtualenvwrapper/virtualenvwrapper.sh /usr/local/bin/virtualenvwrapper.sh ~/.local/bin/virtualenvwrapper.sh; do
    if [ -n "$venvoy_each" ] && [ -r "$venvoy_each" ]; then . "$venvoy_each" </dev/null; break; fi
  done
fi
if type workon >/dev/null 2>&1; then
  eval "venvoy_real_$(declare -f workon)"
  workon() {
    unset VIRTUAL_ENV
    # A hook that reads stdin must not eat what belongs to the command.
    venvoy_real_workon "$@" </dev/null || return
    [ -n "$VIRTUAL_ENV" ] || { echo "workon: virtualenvwrapper's workon ran, but no venv is active" >&2; return 1; }
  }
else
  workon() {
    echo 'workon: hooks are asked for, but virtualenvwrapper is not there (looked for virtualenvwrapper.sh)' >&2
    return 127
  }
fi
