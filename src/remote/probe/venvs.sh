# venvs HOME: the venvs of a WORKON_HOME, whoever made them: as lsvirtualenv sees them.
venvs() {
  for activate in "$1"/*/bin/activate; do
    [ -f "$activate" ] || continue
    venv=${activate%/bin/activate}
    entry "$venv"
    venv_version
    ours=no
    [ ! -f "$venv/.venvoy.json" ] || ours=yes
    fact listed "$1" "${venv##*/}" "$entry" "$version" "$ours"
  done
}

# `version = 3.11.7` (venv), `version_info = 3.11.7.final.0` (virtualenv, uv), or lib/python3.11 where there is no such file.
venv_version() {
  version=
  if [ -f "$venv/pyvenv.cfg" ]; then
    while read -r key equals value; do
      case $key in version | version_info) version=$value ;; esac
    done <"$venv/pyvenv.cfg"
  fi
  [ -z "$version" ] || return
  for library in "$venv"/lib/python[23]*; do
    [ ! -d "$library" ] || version=${library##*/python}
  done
}
