import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atTerminal } from '../support/terminal.js'

/** What a command printed, and its exit code. */
interface Answer {
  readonly said: string
  readonly code: number
}

/** A person who logs in: types commands into a login bash at a terminal, and reads what each says. */
export async function loginSession(home: string, profile: string, commands: readonly string[]): Promise<Answer[]> {
  writeFileSync(join(home, '.profile'), `${profile}\nPS1='READY> '\n`)
  // Typed, the mark is four characters; printed, it is one.
  const mark = (command: string) => `${command}; printf '\\036%s\\036' $?\r`
  const { screen, missed } = await atTerminal({
    argv: ['bash', '--login', '-i'],
    cwd: home,
    env: { HOME: home, TMPDIR: home, PATH: '/usr/bin:/bin', TERM: 'dumb', LANG: 'C.UTF-8', INPUTRC: '/dev/null' },
    columns: 2000,
    script: [
      ...commands.map((command) => ({ expect: 'READY> ', type: mark(command) })),
      { expect: 'READY> ', type: 'exit\r' },
    ],
  })
  if (missed !== null) throw new Error(`the session stopped: ${missed}\n${screen}`)
  // What stands between two marks: `READY> workon blog; printf …\r\n` and what it said; then its exit code.
  const parts = screen.split('\x1e')
  return commands.map((_, i) => {
    const lines = parts[2 * i]!.split('\n')
    const typed = lines.findIndex((line) => line.includes('$?'))
    const said = lines.slice(typed + 1).join('\n')
    return { said: said.replaceAll('\r\n', '\n'), code: Number(parts[2 * i + 1]) }
  })
}
