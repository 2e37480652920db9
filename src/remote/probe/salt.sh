# salt NAME TO: what the values in an instance's receipts are digested with.
salt() {
  [ -f "$2/.venvoy/salt" ] || return
  line=
  read -r line <"$2/.venvoy/salt"
  fact salt "$1" "$line"
}
