# What the runner knows of sudo. PW its password; MAY whom we may become; U whom the running step has become.
MAY= PW= U=

# Whether sudo lets us be $1; flags with a p: with the password. If not, `why` and `words` say it. A wrong password costs one
# attempt: there is no second line to read. The language of sudo's words is ours: they tell a wrong password from a right that
# is missing.
may_be() {
  case $2 in *p*) key=$1:p ;; *) key=$1: ;; esac
  case " $MAY " in *" $key "*) return ;; esac
  # Of a user who does not exist, and of a sudo that does not, the step itself tells.
  command -v sudo >/dev/null && id "$1" >/dev/null || return 0
  case $key in
  *:p) printf '%s\n' "$PW" | LC_ALL=C sudo -k -S -p '' -H -u "$1" -- sh -c : ;;
  *) LC_ALL=C sudo -n -H -u "$1" -- sh -c : ;;
  esac >/dev/null 2>"$D/sudo" && {
    MAY="$MAY $key"
    return
  }
  words=$(dd bs=300 count=1 <"$D/sudo" | tr '\n' '\001')
  case $key:$words in
  *:p:*incorrect*) why=refused ;;
  *:p:* | *tty*) why=denied ;;
  *) why=password ;;
  esac
  return 1
}

# Signals $1 to those of the group $2 that belong to the step's user.
as_user() {
  # USER FLAGS; a dash where the step has not switched
  read -r U flags <"$D/user"
  [ "$U" != - ] || U=
  case $U:$flags in
  :*) ;;
  *:*p*) printf '%s\n' "$PW" | sudo -k -S -p '' -H -u "$U" -- sh -c "kill -$1 -$2" ;;
  *) sudo -n -H -u "$U" -- sh -c "kill -$1 -$2" ;;
  esac
}

