# program NAME: where a program is, by PATH; `command -v` in a substitution would fork.
program() {
  IFS=:
  set -f
  for folder in $PATH; do
    if [ -f "$folder/$1" ] && [ -x "$folder/$1" ]; then
      fact program "$1" "$folder/$1"
      break
    fi
  done
  set +f
  unset IFS
}
