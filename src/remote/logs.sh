# logs INSTANCE TO [SERVICE…]: what services said last, from wherever their manager keeps it. $lines: how many; $follow: not
# empty, and then what they say from now on, too; $several: each line says whose it is.
logs() {
  instance=$1 list=$2/.venvoy/services.list folder=$2/.venvoy/log
  shift 2
  [ -r "$list" ] || return 0
  while read -r name manager unit; do
    wanted "$name" "$@" || continue
    if [ -n "$follow" ]; then
      said_by </dev/null &
    else
      said_by </dev/null
    fi
  done <"$list"
}

wanted() {
  [ $# -gt 1 ] || return 0
  name=$1
  shift
  for each in "$@"; do
    [ "$each" != "$name" ] || return 0
  done
  return 1
}

said_by() {
  if [ -n "$several" ]; then
    read_log 2>&1 | while IFS= read -r line || [ -n "$line" ]; do
      printf '%s/%s | %s\n' "$instance" "$name" "$line"
    done
  else
    read_log
  fi
}

read_log() {
  case $manager in
  systemd-user) journal --user-unit "$unit" ;;
  systemd-system) journal --unit "$unit" ;;
  *)
    [ -e "$folder/$name" ] || [ -n "$follow" ] || return 0
    tail -n "$lines" ${follow:+-F} "$folder/$name" 2>/dev/null
    ;;
  esac
}

# System units are for whoever may read the journal.
journal() {
  journalctl --quiet --no-pager --output short-iso --no-hostname --lines "$lines" ${follow:+--follow} "$@" ||
    sudo -n journalctl --quiet --no-pager --output short-iso --no-hostname --lines "$lines" ${follow:+--follow} "$@"
}
