# journal NAME TO LINES: the last lines of an instance's journal.
journal() {
  [ -f "$2/.venvoy/history" ] || return
  IFS=$newline
  set -f
  facts "switched$unit$1" $(tail -n "$3" "$2/.venvoy/history")
  set +f
  unset IFS
}
