import { singleQuote } from './quote.js'

/** Which shell reads a command: POSIX sh, bash, or a login bash, which reads the user's `.profile` first. */
export type ShellKind = 'sh' | 'bash' | 'login'

// Nothing of the script shows in `ps`, and its commands do not read what is left of it.
const reader = `eval "exec </dev/null;$(cat)"`

// Start-up files get neither the script's stdin nor its stdout. One that says `exit` or `exec fish` leaves the script
// unread: that is a failure, whatever its exit code.
const login = [
  'exec 3<&0 4>&1 </dev/null',
  `bash -lc 'exec >&4 4>&-; eval "exec 3<&-;$(cat <&3)"' bash "$@" >&2`,
  'status=$?',
  'IFS= read -r line <&3 || exit $status',
  '[ $status -ne 127 ] || exit 127',
  'echo "bash: a start-up file (.bash_profile, .profile) ended the login shell before the command" >&2',
  'exit 126',
].join('; ')

const programs: Record<ShellKind, string> = {
  sh: `sh -c ${singleQuote(reader)}`,
  bash: `bash -c ${singleQuote(reader)}`,
  login: `sh -c ${singleQuote(login)}`,
}

/** Where the script of a switched user finds the home of the one who logged in. */
export const loginHome = '"$venvoy_home"'

/** The script as another shell or user reads it: from stdin. It takes the place of the current shell. */
export function switchShell(script: string, kind: ShellKind, user: string | undefined): string {
  if (user !== undefined)
    return handOver(
      `sudo -n -H -u ${singleQuote(user)} -- ${programs[kind]} sh "$HOME"`,
      `venvoy_home=$1; shift\n${script}`,
    )
  return kind === 'sh' ? script : handOver(programs[kind], script)
}

/** Gives the shell's place to a program that reads a script from a file descriptor, stdin by default. */
export function handOver(program: string, script: string, descriptor?: number): string {
  const end = delimiter(script)
  return `exec ${program} ${descriptor ?? ''}<<'${end}'\n${script}\n${end}`
}

function delimiter(script: string): string {
  const lines = new Set(script.split('\n'))
  let end = 'VENVOY'
  while (lines.has(end)) end += '_'
  return end
}
