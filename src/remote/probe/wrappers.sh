# wrappers NAME TO: which files are there of those that were written for an instance outside of its releases.
wrappers() {
  [ -f "$2/.venvoy/wrappers" ] || return
  told=
  while read -r _ each; do
    case $told$newline in *"$newline$each$newline"*) continue ;; esac
    told=$told$newline$each
    [ ! -x "$each" ] || fact wrapper "$1" "$each"
  done <"$2/.venvoy/wrappers"
}
