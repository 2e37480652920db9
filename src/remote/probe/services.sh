# services NAME TO: what `run` noted of each service, and whether that very process is there. No process is started.
services() {
  boot=
  read -r boot </proc/sys/kernel/random/boot_id
  for each in "$2"/.venvoy/services/*; do
    pid=
    [ ! -f "$each" ] || read -r pid start noted release since <"$each"
    [ -n "$since" ] && [ -n "$pid" ] || continue
    is_there
    fact service "$1" "${each##*/}" "$release" "$since" "$alive"
  done
}

# Sets $alive. Another process may have the number by now: it began at another time, or after another boot.
is_there() {
  alive=no stat=
  if [ -d /proc/self ]; then
    case $noted in "$boot" | -) ;; *) return ;; esac
    read -r stat <"/proc/$pid/stat" || return
    began ${stat##*) }
    case $state$begin in
    [ZX]*) ;;
    ?"$start") alive=yes ;;
    esac
  elif kill -0 "$pid"; then
    alive=yes
  fi
}

began() {
  state=$1 begin=${20}
}

# managers: what could keep services here. `linger`: systemd of this user, beyond its last session.
managers() {
  runtime=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
  [ ! -S "$runtime/systemd/private" ] || fact manager systemd-user
  [ ! -e "/var/lib/systemd/linger/${USER:-${LOGNAME:-}}" ] || fact manager linger
  [ ! -d /run/systemd/system ] || fact manager systemd-system
  for each in /etc/supervisor/conf.d /etc/supervisord.d; do
    [ ! -w "$each" ] || fact manager supervisor
  done
  fact manager pidfile
}
