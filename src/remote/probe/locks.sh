# locks NAME TO: who has the deploy lock, if its holder lives, and who said that nobody shall deploy.
locks() {
  line=
  [ ! -f "$2/.venvoy/hold" ] || read -r line <"$2/.venvoy/hold"
  fact hold "$1" "$line"
  line=
  [ ! -f "$2/.venvoy/lock" ] || read -r line <"$2/.venvoy/lock"
  pid=${line##*'"pid":'}
  pid=${pid%%[!0-9]*}
  [ -n "$pid" ] || return
  # Another process may have got its number since: the holder has the lock's file open.
  if [ -r "/proc/$pid/fd" ]; then
    for each in "/proc/$pid/fd"/*; do
      [ ! "$each" -ef "$2/.venvoy/lock" ] || fact lock "$1" "$line"
    done
  elif [ ! -d /proc/self ] && kill -0 "$pid"; then
    fact lock "$1" "$line"
  elif [ -d "/proc/$pid" ]; then
    fact lock "$1" "$line"
  fi
}
