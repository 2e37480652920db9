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

const programs: Record<ShellKind, { readonly shell: 'sh' | 'bash'; readonly text: string }> = {
  sh: { shell: 'sh', text: reader },
  bash: { shell: 'bash', text: reader },
  login: { shell: 'sh', text: login },
}

const program = (kind: ShellKind, before = ''): string =>
  `${programs[kind].shell} -c ${singleQuote(before + programs[kind].text)}`

/** Who the script is handed to. */
export interface Switched {
  readonly user: string
  /** For a sudo that asks for one: the login user's, as it stands in the script. */
  readonly password?: string | undefined
}

/** Where the script of a switched user finds the home of the one who logged in. */
export const loginHome = '"$venvoy_home"'

/** The script as another shell or user reads it: from stdin. It takes the place of the current shell. */
export function switchShell(script: string, kind: ShellKind, as: Switched | undefined): string {
  if (as === undefined) return kind === 'sh' ? script : handOver(program(kind), script)
  const { sudo, skip, lead } = wayTo(as)
  return handOver(`${sudo} ${program(kind, skip)} sh "$HOME"`, `${lead}venvoy_home=$1; shift\n${script}`)
}

/** The script that runs a shell line as another user, with the arguments of its own; `lead` is what its stdin must begin with. */
export function switchLine(line: string, as: Switched): { script: string; lead: string } {
  const { sudo, skip, lead } = wayTo(as)
  return { script: `exec ${sudo} sh -c ${singleQuote(skip + line)} sh "$@"`, lead }
}

/** How sudo is called, what the shell behind it must skip on its stdin, and what stands there. */
function wayTo({ user, password }: Switched): { sudo: string; skip: string; lead: string } {
  const asUser = `-H -u ${singleQuote(user)} --`
  if (password === undefined) return { sudo: `sudo -n ${asUser}`, skip: '', lead: '' }
  const mark = delimiter(password)
  // A sudo that did not ask after all leaves the password in front of the script: the shell throws that away. One that
  // refuses it asks twice more, and gets the empty lines: nothing of the script.
  return {
    sudo: `sudo -k -S -p '' ${asUser}`,
    skip: `l=; until [ "$l" = ${mark} ]; do IFS= read -r l || exit; done; `,
    lead: `${[password, '', '', mark].join('\n')}\n`,
  }
}

/** Gives the shell's place to a program that reads a script from a file descriptor, stdin by default. */
export function handOver(program: string, script: string, descriptor?: number): string {
  return `exec ${program} ${descriptor ?? ''}${heredoc(script)}`
}

/** A text behind `<<`, whatever it holds; a newline ends it. */
export function heredoc(text: string): string {
  const end = delimiter(text)
  return `<<'${end}'\n${text}\n${end}`
}

function delimiter(script: string): string {
  const lines = new Set(script.split('\n'))
  let end = 'VENVOY'
  while (lines.has(end)) end += '_'
  return end
}
