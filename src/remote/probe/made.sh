told=

# made NAME TO DIGEST: what the release that serves was made of, if that is not the tree of that digest: `f 47de12345678 app.py`. Of
# a content the beginning of its SHA-256 will do, and what several instances serve is told once.
made() {
  [ -f "$2/current/release.json" ] && read -r line <"$2/current/release.json" || return
  line=${line#*'"digest":"'}
  line=${line%%'"'*}
  [ "$line" != "$3" ] || return
  fact made "$1" "$line"
  case "$told " in *" $line "*) return ;; esac
  told="$told $line"
  # Beyond 20,000 files or so it would be the largest part of a deploy that changes one.
  [ "$(wc -c <"$2/current/.venvoy.manifest")" -le 2000000 ] || return
  tr '\n\000' '\001\n' <"$2/current/.venvoy.manifest" |
    LC_ALL=C sed "s/^\(. .\{12\}\).\{52\}/file$unit$line$unit\1/"
}
