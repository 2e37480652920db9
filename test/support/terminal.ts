import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

interface Typed {
  /** What must have come before this is done, as a regular expression of Python's; each is looked for behind the last. */
  readonly expect?: string
  readonly type?: string
  /** A new size of the window. */
  readonly columns?: number
  readonly rows?: number
}

interface Typing {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly columns?: number
  readonly rows?: number
  readonly script: readonly Typed[]
}

export interface Screen {
  /** All that came, byte by byte. */
  readonly screen: string
  /** The exit code; the signal's number below 0. */
  readonly code: number
  /** What did not come. */
  readonly missed: string | null
}

/** Runs a program on a real pty and types at it. Ends it after 45 seconds. */
export async function atTerminal({ columns = 80, rows = 24, ...typing }: Typing): Promise<Screen> {
  const child = spawn('python3', [join(import.meta.dirname, 'terminal.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ columns, rows, ...typing }))
  return JSON.parse(await text(child.stdout)) as Screen
}
