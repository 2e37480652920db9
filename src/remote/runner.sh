# venvoy's runner: executes a program of steps and frames what comes back. POSIX sh: dash, bash and BusyBox alike.
#
# $1 public marker, $2 this text, $3 the byte that stood for newlines in it, $4 the record separator, $5… the shell of steps.
# Lines on stdin, the channel:
#   m MARKER LOST           the secret marker of all further frames; LOST (finish, kill): what a lost connection means
#   h LINES                 text of the Python helper, in that many lines
#   w                       sudo's password, in the next line
#   d LINES                 how the texts of the next steps with the flag d begin, which travels once
#   s ID LINES SECTION FLAGS CODES USER  a step, its text in that many lines; CODES (0 or 0,3) are those of success; USER,
#                           if there is one: whom it becomes by sudo. Flags:
#                           a runs always, o runs always, but only when its section cannot go on (also when the channel
#                           ends before the next program), g go on after failure, h gets the helper, c reads the
#                           channel (the first steps only), w the switch, u undoes it: runs always, but only when its
#                           section has begun to switch and cannot go on, t a failure is tried again by the next program,
#                           p holds sudo's password, l takes a lock, d begins with
#                           what d said, - none
#   r ID [last]             run the steps; `last`: and leave
#   k ID                    stop that step if it is running      c   cancel: stop the running step, then run only a-steps
# Frames, on stdout and stderr alike: RS MARKER then  s ID | e ID STATUS SIGNAL WHY WORDS | p ID | x REASON
unset IFS X HEAD
set -f
M=$1 RS=$4 T=$1
shift 4
SH=$* D= N=0 O=0 W= LOST=kill HELPER=
NL='
'
frame() {
  printf '%s%s %s\n' "$RS" "$M" "$*"
  printf '%s%s %s\n' "$RS" "$M" "$*" >&4
}
exec 3<&0 4>&2 </dev/null 2>/dev/null
# Bash that is called sh keeps silent about killed children, unless it leaves its POSIX mode.
[ -z "$BASH_VERSION" ] || command set +o posix
#PROBE

# A step enters here, in a session of its own: it registers its group, gets its stderr back, and becomes the user's text.
ENTER='echo "$1 $$" >"$2"; exec 2>&4 4>&-; set -- "$VENVOY_STEP"; unset VENVOY_STEP; eval "set --
$1"'
# One env string is limited to 128 KiB; a longer text comes by a pipe.
ENTER_LONG='echo "$1 $$" >"$2"; exec 2>&4 4>&-; set -- "$(cat)"; exec </dev/null; eval "set --
$1"'

#SUDO
setup() {
  for d in "$TMPDIR" "$XDG_RUNTIME_DIR" /dev/shm /tmp "$HOME"; do
    [ -n "$d" ] && mkdir -m 700 "$d/.venvoy-$T" && D=$d/.venvoy-$T && break
  done
  [ -n "$D" ] || return
  if command -v setsid >/dev/null; then
    group() { setsid "$@"; }
  elif command -v perl >/dev/null; then
    group() { perl -MPOSIX -e 'setsid; exec { $ARGV[0] } @ARGV' "$@"; }
  else
    group() { python3 -c 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])' "$@"; }
  fi
  # Shells tell of killed children here, and nowhere else: that is how `exit 137` is told from a kill.
  exec 2>>"$D/messages"
  [ "$LOST" = kill ] || relay
}

# Output goes through a reader that goes on reading when the channel is gone: no step dies of a broken pipe.
relay() {
  mkfifo "$D/out" "$D/err" || return
  { trap '' PIPE HUP; cat || cat >/dev/null; } <"$D/out" 3<&- 4>&- 2>/dev/null &
  { trap '' PIPE HUP; cat >&4 || cat >/dev/null 4>&-; } <"$D/err" 3<&- >/dev/null 2>&1 &
  exec 1>"$D/out" 4>"$D/err"
}

# $1 lines, $2 what stands before them; into X.
text() {
  n=$1 X=$2
  while [ "$n" -gt 0 ]; do
    IFS= read -r t <&3 || leave
    X=$X$t$NL n=$((n - 1))
  done
}

# Reads the channel while steps run.
watch() {
  while IFS= read -r l; do
    case $l in
    'k '*) stop "${l#k }" ;;
    # A cancel is said again and again: what always runs is not stopped by it.
    c) : >"$D/cancelled"; [ -e "$D/always" ] || stop any ;;
    esac
  done
  : >"$D/lost"
  # A runner that was killed cannot finish anything.
  if kill -0 $$; then
    [ "$LOST" = finish ] || stop any
  else
    stop any
    rm -rf "$D"
  fi
}

stop() {
  read -r id pg <"$D/running" || return
  [ "$1" = any ] || [ "$1" = "$id" ] || return
  echo "$id busy" >"$D/stopped"
  # Only this spelling of a group works in dash, bash and BusyBox alike. A step under sudo is not ours to signal.
  as_user TERM "$pg"
  kill -TERM "-$pg" || sudo -n kill -TERM -- "-$pg"
  kill -CONT "-$pg"
  n=0
  # Whether another user's processes are left cannot be seen.
  while { [ -n "$U" ] || kill -0 "-$pg" || [ -s "$D/running" ]; } && [ $n -lt 20 ]; do
    # When the step itself has ended, what it started gets a moment more.
    [ -s "$D/running" ] || [ $n -ge 17 ] || n=17
    sleep 0.1 || sleep 1
    n=$((n + 1))
  done
  as_user KILL "$pg"
  kill -KILL "-$pg" || [ ! -s "$D/running" ] || sudo -n kill -KILL -- "-$pg"
  echo "$id done" >"$D/stopped"
}

launch() {
  # Some shells count characters here, of four bytes at most.
  case $2:$((${#X} < 30000)) in
  *h*p*:* | *p*h*:* | *h*:0) printf %s "$X" | VENVOY_HELPER=$HELPER group $SH -c "$ENTER_LONG" sh "$1" "$D/running" 3<&- 5<&- ;;
  *h*:1) VENVOY_HELPER=$HELPER VENVOY_STEP=$X group $SH -c "$ENTER" sh "$1" "$D/running" 3<&- 5<&- ;;
  *p*:* | *:0) printf %s "$X" | group $SH -c "$ENTER_LONG" sh "$1" "$D/running" 3<&- 5<&- ;;
  *) VENVOY_STEP=$X group $SH -c "$ENTER" sh "$1" "$D/running" 3<&- 5<&- ;;
  esac
}

# $1 id, $2 section, $3 flags, $4 codes of success, $5 user; X the text.
step() {
  U=$5
  [ -z "$U" ] || may_be "$U" "$3" || {
    eval "HELD$2=1"
    frame e "$1" 1 0 "$why" "$words"
    return
  }
  case $3 in
  *[aou]*) : >"$D/always" ;;
  *) [ ! -e "$D/always" ] || rm -f "$D/always" ;;
  esac
  frame s "$1"
  : >"$D/running" >"$D/messages"
  case $3 in *l*) hold ;; *w*) eval "TURN$2=1" ;; esac
  case $3 in
  *c*) launch "$1" "$3" <&3 ;;
  *)
    echo "${U:--} $3" >"$D/user"
    [ -n "$W" ] || { watch <&3 >/dev/null 2>&1 4>&- 5<&- & W=$!; }
    launch "$1" "$3"
    ;;
  esac
  status=$? signal=0 why=; unset VENVOY_HOLD
  : >"$D/running"
  [ $status -le 128 ] || [ ! -s "$D/messages" ] || signal=$((status - 128))
  [ ! -e "$D/stopped" ] || settle "$1"
  fine=
  case ",$4,:$signal$why" in *",$status,"*:0) fine=1 ;; esac
  case "$fine:$3" in
  1:*w*) eval "PAST$2=1" ;;
  1:* | *:*g*) ;;
  *:*t*) eval "HELD$2=1" ;;
  *) eval "BAD$2=1" ;;
  esac
  frame e "$1" $status $signal $why
}

# The end of a stopped step is the end of its whole group.
settle() {
  while read -r whose state <"$D/stopped"; [ "$state" != 'done' ]; do sleep 0.1 || sleep 1; done
  [ "$whose" != "$1" ] || why=stopped
  rm -f "$D/stopped"
}

run() {
  [ -n "$D" ] || setup || { frame x nofolder; leave; }
  i=0
  while [ $i -lt $N ]; do
    i=$((i + 1))
    eval "set -- \$H$i; X=\$X$i; unset H$i X$i"
    # s ID LINES SECTION FLAGS CODES USER
    if due "$4" "$5"; then
      step "$2" "$4" "$5" "${6:-0}" "$7"
    else
      stand_by "$@"
    fi
  done
  [ -z "$W" ] || { kill $W; wait $W; }
  W= N=0
  unset BAD0
}

leave() {
  [ -z "$D" ] || rm -rf "$D"
  exit
}

while IFS= read -r l <&3; do
  set -- $l
  case $1 in
  m) M=$2 LOST=$3 ;;
  h) text "$2"; HELPER=$X ;;
  d) text "$2"; HEAD=$X ;;
  w) IFS= read -r PW <&3; MAY= ;;
  s)
    N=$((N + 1)) O=0
    # Sections are of this program: what failed in an earlier one says nothing.
    unset "BAD$4" "PAST$4" "HELD$4" "TURN$4"
    eval "H$N=\$l"
    case $5 in *d*) text "$3" "$HEAD" ;; *) text "$3" ;; esac
    eval "X$N=\$X"
    ;;
  r)
    program=$2 last=$3
    run
    frame p "$program"
    [ -z "$last" ] || leave
    ;;
  esac
done
orphaned
leave
