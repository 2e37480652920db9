# journal NAME TO HOME VENV LINES: the last lines of an instance's journal, and of that of its venv's link.
journal() {
  last_lines switched "$1" "$2/.venvoy/history" "$5"
  last_lines turned "$1" "$3/.venvoy/history/$4" "$5"
}

# last_lines KIND NAME FILE LINES
last_lines() {
  [ -f "$3" ] || return
  IFS=$newline
  set -f
  facts "$1$unit$2" $(tail -n "$4" "$3")
  set +f
  unset IFS
}
