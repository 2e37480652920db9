# scheduled: whether there is a crontab, and the lines of ours in that of this user.
scheduled() {
  command -v crontab >/dev/null || return
  fact crontab
  IFS=$newline
  set -f
  facts scheduled $(crontab -l | sed -n '/^# venvoy begin /,/^# venvoy end /p')
  set +f
  unset IFS
}
