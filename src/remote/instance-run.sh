#!/bin/sh
# run SERVICE       becomes that service
# run cron NAME     becomes what cron runs under that name
# run wrapper NAME ARGUMENT…   becomes what the wrapper of that name stands for
# run -- COMMAND…   becomes that command
# Either in the code, the venv and the env of the release that serves now. Written by venvoy, the same for all releases:
# units, cron lines and scripts call this and never change.
to=TO

fail() {
  printf '%s: %s\n' "$0" "$*" >&2
  exit 127
}

# Who runs here: the pid, its start and the boot that this counts from, as another process may get the number later.
note() {
  boot=- start=-
  { read -r boot </proc/sys/kernel/random/boot_id && read -r stat <"/proc/$$/stat" && nth_field ${stat##*) }; } 2>/dev/null
  [ -d "$to/.venvoy/services" ] || mkdir -p "$to/.venvoy/services"
  echo "$$ $start $boot $VENVOY_RELEASE $(date +%s)" >"$to/.venvoy/services/$1"
}

# The 20th after the name, which may hold spaces.
nth_field() {
  start=${20}
}

unset CDPATH PYTHONHOME
case $1 in
--) [ $# -gt 1 ] || fail 'no command is given' ;;
'' | -* | .* | */*) fail 'say which service, or -- and a command' ;;
esac
# Links are resolved here and only here: what runs keeps the release that it began with.
cd -P -- "$to/current" 2>/dev/null || fail "nothing serves in $to"
release=$PWD VENVOY_RELEASE=${PWD##*/}
cd -P -- "$release/venv" 2>/dev/null || fail "release $VENVOY_RELEASE has lost its venv"
VIRTUAL_ENV=$PWD
. "$release/env" || fail "the env of release $VENVOY_RELEASE cannot be read"
PATH=$VIRTUAL_ENV/bin${PATH:+:$PATH}
export PATH VIRTUAL_ENV VENVOY_RELEASE
cd -- "$release/tree" || exit
if [ "$1" = -- ]; then
  shift
  exec "$@"
fi
if [ "$1" = cron ] && [ $# -eq 2 ]; then
  [ -r "$release/cron/${2##*/}" ] || fail "release $VENVOY_RELEASE has nothing for cron that is called $2"
  . "$release/cron/${2##*/}"
fi
if [ "$1" = wrapper ] && [ $# -ge 2 ]; then
  name=${2##*/}
  [ -r "$release/wrappers/$name" ] || fail "release $VENVOY_RELEASE has no wrapper $name"
  shift 2
  . "$release/wrappers/$name"
fi
[ -r "$release/services/$1" ] || fail "release $VENVOY_RELEASE has no service $1"
note "$1"
. "$release/services/$1"
