# sudo_to USER: whether sudo lets us be somebody without a password.
sudo_to() {
  if sudo -n -H -u "$1" -- sh -c : </dev/null >/dev/null; then
    fact sudo "$1" yes
  else
    fact sudo "$1" no
  fi
}
