# What lsvirtualenv and showvirtualenv print of a venv, behind the lines that set instance, to and installs. It starts no Python:
# the venv's own may be gone.
venv=$(cd -P -- "${0%/*}/.." && pwd)

# field NAME FILE: a number or a text of a receipt.
field() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$2" 2>/dev/null
}

case $venv in
*/.venvoy/*/*) ;;
*) echo "a copy of the venv of $instance"; exit ;;
esac
echo "instance:  $instance, in $to"
release=$to/current/release.json
number=$(field number "$release")
case $number in
'') echo 'release:   none yet' ;;
*) echo "release:   $number, $(field revision "$release"), deployed $(field created "$release") by $(field by "$release")" ;;
esac
[ -z "$number" ] || [ "$(cd -P -- "$to/current/venv" 2>/dev/null && pwd)" = "$venv" ] || echo '           it has another venv than this'
echo "installs:  $installs"
echo "built:     $(field created "$venv/.venvoy.json"), Python $(field version "$venv/.venvoy.json")"
