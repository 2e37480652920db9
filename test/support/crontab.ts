import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What Debian's does, with a file in the home. */
const script = `#!/bin/sh
case $1 in
-l) cat "$HOME/crontab" 2>/dev/null || { echo "no crontab for ann" >&2; exit 1; } ;;
-r) rm "$HOME/crontab" ;;
*) cp "$1" "$HOME/crontab"; echo written >>"$HOME/crontab.log" ;;
esac
`

/** A `crontab` that writes to `~/crontab`, never to that of this machine's user; gives its path. */
export function writeCrontabProgram(folder: string): string {
  const path = join(folder, 'crontab')
  writeFileSync(path, script, { mode: 0o755 })
  return path
}
