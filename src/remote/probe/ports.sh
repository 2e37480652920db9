# ports: which ports instances of this user have, and which are listened on. What is left of a folder that is gone does not count.
ports() {
  if [ -f "$HOME/.local/state/venvoy/ports" ]; then
    while read -r port name to; do
      [ ! -d "$to/.venvoy" ] || fact port "$port" "$name" "$to"
    done <"$HOME/.local/state/venvoy/ports"
  fi
  if [ -r /proc/net/tcp ]; then
    # `  0: 0100007F:1F90 00000000:0000 0A …`: 0A is LISTEN.
    fact listening hex $(sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) [0-9A-F]*:[0-9A-F]* 0A .*/\1/p' /proc/net/tcp /proc/net/tcp6)
  else
    # `tcp4  0  0  127.0.0.1.8080  *.*  LISTEN`
    fact listening decimal $(netstat -an | sed -n 's/^tcp[^ ]* *[0-9]* *[0-9]* *[^ ]*[.:]\([0-9]*\) .*LISTEN.*/\1/p')
  fi
}
