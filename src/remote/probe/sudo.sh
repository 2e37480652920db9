# Whether sudo works without a password.
sudo -n true </dev/null >/dev/null && fact sudo yes
