# Which steps of a section run, and which wait.

# $1 section, $2 flags: whether its next step is to run. None does while the section waits for a password or for another try.
due() {
  eval "[ -z \"\$HELD$1\" ]" || return
  case $2 in
  *a*) return 0 ;;
  *o*) ! goes_on "$1" ;;
  *u*) eval "[ -n \"\$TURN$1\" ]" && ! goes_on "$1" ;;
  *) goes_on "$1" ;;
  esac
}

goes_on() {
  eval "[ -z \"\$BAD$1\$BAD0\" ]" || return
  [ ! -e "$D/cancelled" ] || return
  eval "[ ! -e \"\$D/lost\" ] || [ -n \"\$PAST$1\" ]"
}

# What waits for a failure goes on waiting while its section waits for its next program.
stand_by() {
  case $5 in
  *[ao]*) ;;
  *u*) eval "[ -n \"\$HELD$4\" ] && [ -n \"\$TURN$4\" ]" || return ;;
  *) return ;;
  esac
  O=$((O + 1))
  eval "HO$O=\$* XO$O=\$X"
}

# The channel has ended between two programs, or a cancel came there.
orphaned() {
  [ "$O" = 0 ] || : >"$D/lost"
  i=0
  while [ $i -lt "$O" ]; do
    i=$((i + 1))
    eval "set -- \$HO$i; X=\$XO$i"
    step "$2" "$4" "$5" "${6:-0}" "$7"
  done
}

