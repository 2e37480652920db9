# The probe reads, and changes nothing. POSIX sh (dash, bash, BusyBox), run in a subshell with stdin from /dev/null.
# Starting a program costs a millisecond, a builtin nothing: that is why all is asked of builtins that they can tell.
exec 2>/dev/null
unset IFS CDPATH QUOTING_STYLE
set +f
unit=$(printf '\037')
newline='
'
HOME=${HOME%/}
os=

# fact KIND FIELD…: one line, its fields apart by unit separators. What holds a newline cannot be said.
fact() {
  IFS=$unit
  case $* in
  *"$newline"*) ;;
  *) printf '%s\n' "$*" ;;
  esac
  unset IFS
}

# facts KIND LINE…: a fact for each line.
facts() {
  kind=$1
  shift
  [ $# -eq 0 ] || printf "$kind$unit%s\n" "$@"
}

# stamps PATH…: `INODE SIZE TIME<unit>PATH` for each file that is there, links followed.
stamps() {
  case $os in
  Linux) stat -Lc "%i %s %Y$unit%n" "$@" ;;
  *) stat -Lf "%i %z %m$unit%N" "$@" ;;
  esac
}
