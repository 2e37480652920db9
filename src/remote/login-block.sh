# venvoy_login_block FILE BLOCK: writes a block into a start-up file: in the place of the one that is there, or at the end. With an empty
# block, takes it out again, and the file is to the byte what it was before. Bytes are counted, so that whatever else is in the
# file stays as it is; a link stays a link, and the mode is kept.
venvoy_login_block() {
  LC_ALL=C
  export LC_ALL
  file=$1
  while [ -L "$file" ]; do
    target=$(ls -ld -- "$file")
    target=${target#*' -> '}
    case $target in /*) file=$target ;; *) file=${file%/*}/$target ;; esac
  done
  state='' start=0 end=0
  if [ ! -e "$file" ]; then
    state=' new file'
    : >"$file"
  fi
  set -- "$1" "$2" $(awk '
    index($0, "# >>> venvoy setup >>>") == 1 && !found { start = at + 0; found = 1; flag = /new file$/ ? "new" : /no newline before$/ ? "cut" : "plain" }
    { at += length($0) + 1 }
    index($0, "# <<< venvoy setup <<<") == 1 && found == 1 { print start, at, flag; found = 2 }
    END { if (found == 1) print "open" }' "$file")
  if [ "$3" = open ]; then
    echo "the block of venvoy in $1 has no end: take it out by hand, from \"# >>> venvoy setup >>>\" on" >&2
    return 1
  fi
  draft=$file.venvoy.$$
  cp -p -- "$file" "$draft" || return
  if [ $# -gt 2 ]; then
    start=$3 end=$4
    case $5 in new) state=' new file' ;; cut) state=' no newline before' ;; esac
  else
    start=$(($(wc -c <"$file")))
    end=$start
    [ -z "$(tail -c 1 "$file")" ] || state=' no newline before'
  fi
  {
    if [ -n "$2" ]; then
      head -c "$start" "$file"
      [ $# -gt 2 ] || [ "$state" != ' no newline before' ] || echo
      printf '# >>> venvoy setup >>>%s\n%s\n# <<< venvoy setup <<<\n' "$state" "$2"
    else
      case $state in *newline*) start=$((start - 1)) ;; esac
      head -c "$start" "$file"
    fi
    tail -c "+$((end + 1))" "$file"
  } >"$draft" && mv -f -- "$draft" "$file" || {
    rm -f -- "$draft"
    return 1
  }
  [ -n "$2$(head -c 1 "$file")" ] || [ "$state" != ' new file' ] || rm -f -- "$file"
}
