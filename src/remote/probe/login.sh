# login: what a login bash of this user reads and has, and where virtualenvwrapper is.
login() {
  command -v bash >/dev/null || return
  file=$HOME/.profile
  for each in .profile .bash_login .bash_profile; do
    [ -r "$HOME/$each" ] || continue
    file=$HOME/$each
    block "$file"
  done
  fact login-file "$file"
  said=$(bash -lc 'case $(type -t workon) in function) has=yes ;; *) has=no ;; esac
    script=$(command -v virtualenvwrapper.sh)
    case $script in */shims/*) script=$(pyenv which virtualenvwrapper.sh) ;; esac
    printf "\n%s\037%s\037%s\037%s" "$has" "$WORKON_HOME" "$PROJECT_HOME" "$script"' </dev/null | tail -n 1)
  facts login "$said"
  wrapper "${said##*"$unit"}" "$(command -v virtualenvwrapper.sh)"
}

# block FILE: the lines that setup wrote into it.
block() {
  inside=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '# >>> venvoy setup'*) inside=yes ;; esac
    [ -z "$inside" ] || fact block "$1" "$line"
    case $line in '# <<< venvoy setup'*) inside= ;; esac
  done <"$1"
}

# wrapper SCRIPT…: the first script that is there, these before those where packages put it, the Python that has its module,
# and the folder of the programs that came along.
wrapper() {
  for script in "$@" /usr/share/virtualenvwrapper/virtualenvwrapper.sh /usr/local/bin/virtualenvwrapper.sh \
    "$HOME/.local/bin/virtualenvwrapper.sh" /etc/bash_completion.d/virtualenvwrapper \
    /usr/share/bash-completion/completions/virtualenvwrapper; do
    if [ -n "$script" ] && [ -r "$script" ]; then
      folder=${script%/*}
      for python in "$folder/python3" "$folder/python" /usr/bin/python3 "$(command -v python3)"; do
        ! "$python" -c 'import virtualenvwrapper.hook_loader' </dev/null || break
        python=
      done
      [ -x "$folder/virtualenv" ] || folder=
      fact wrapper "$script" "$python" "$folder"
      return
    fi
  done
}
