# Who takes a lock leaves a reader of this pipe behind that holds it. Only this shell can write there, so the reader meets
# the end when this shell is gone, however it went.
hold() {
  VENVOY_HOLD=$D/hold
  export VENVOY_HOLD
  [ -e "$D/hold" ] || { mkfifo "$D/hold" && exec 5<>"$D/hold"; }
}
