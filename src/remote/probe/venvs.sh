# venvs HOME: the venvs of a WORKON_HOME, whoever made them: as lsvirtualenv sees them, and what it does not: links of venvs
# that are gone. A copy of a venv of ours (cpvirtualenv) has our receipt, but is no link.
venvs() {
  for venv in "$1"/*; do
    problem=
    if [ -f "$venv/bin/activate" ]; then
      bin=bin
    elif [ -f "$venv/Scripts/activate" ]; then
      bin=Scripts
    elif [ -L "$venv" ] && [ ! -e "$venv" ]; then
      problem='leads nowhere'
    elif [ -L "$venv" ] && [ -f "$venv/.venvoy.json" ]; then
      problem='has no bin/activate any more'
    else
      continue
    fi
    [ -n "$problem" ] || [ -x "$venv/$bin/python" ] || [ -x "$venv/$bin/python.exe" ] || problem='its Python is gone'
    entry "$venv"
    venv_version
    ours=no
    [ ! -L "$venv" ] || [ ! -f "$venv/.venvoy.json" ] || ours=yes
    fact listed "$1" "${venv##*/}" "$entry" "$version" "$ours" "$problem"
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
