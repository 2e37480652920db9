# free PATH: the kilobytes that are free where a path is or would be. df's fourth column, before the one with the percent
# sign, because the first may hold spaces.
free() {
  folder=$1
  until [ -e "$folder" ]; do
    folder=${folder%/*}
    folder=${folder:-/}
  done
  asked=$1
  line=$(df -Pk "$folder")
  line=${line##*"$newline"}
  set -f
  set -- ${line%%'%'*}
  set +f
  [ $# -lt 3 ] || shift $(($# - 2))
  fact free "$asked" "$1"
}
