links=

# entry PATH: sets $entry to what is there: link, directory, file or nothing. What links point to is told at the end.
entry() {
  entry=
  if [ -L "$1" ]; then
    entry=link
    links=$links$newline$1
  elif [ -d "$1" ]; then
    entry=directory
  elif [ -e "$1" ]; then
    entry=file
  fi
}

# One `ls` for all links: `readlink` takes several only in some systems. Its lines end in `PATH -> TARGET`.
link_targets() {
  [ -n "$links" ] || return
  IFS=$newline
  set -f
  facts link $(ls -ld $links)
  set +f
  unset IFS
}
