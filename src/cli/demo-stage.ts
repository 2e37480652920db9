import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { VenvoyError } from '../errors.js'
import type { Interrupt } from './demo-interrupt.js'

/** Where the demo speaks. */
export interface DemoIo {
  out(text: string): void
  /** Whether `out` ends at this process's own terminal: commands then draw on it themselves. */
  readonly isTerminal: boolean
  readonly color: boolean
  readonly columns: number
}

/** What the commands of the demo share. */
export interface DemoStage {
  readonly io: DemoIo
  readonly interrupt: Interrupt
  /** The program that `venvoy` stands for, and its first arguments. */
  readonly venvoy: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** How long a command may take to stop when it is asked to, in milliseconds. */
const patience = 5000

/** Shows a command line and runs it as a person would. Throws a `VenvoyError` unless it ends with 0. */
export async function typeCommand(stage: DemoStage, ...args: string[]): Promise<void> {
  stage.interrupt.check()
  stage.io.out(`${paint(stage.io, 'command', `$ venvoy ${args.join(' ')}`)}\n`)
  const child = startCommand(stage, args)
  const stopWatching = passInterruptOn(stage, child)
  const [code, signal] = await once(child, 'close').finally(stopWatching)
  stage.interrupt.check()
  if (code !== 0) {
    const ended = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`
    throw new VenvoyError({ kind: 'command', where: 'demo', what: `venvoy ${args.join(' ')} ${ended}` })
  }
  stage.io.out('\n')
}

/** Text as it looks on this terminal. */
export function paint({ color }: DemoIo, style: 'heading' | 'command' | 'aside' | 'good', text: string): string {
  const codes = { heading: '1', command: '1;36', aside: '2', good: '32' }
  return color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
}

/** On a terminal the command draws for itself; elsewhere its words come through here. */
function startCommand({ io, venvoy: [program, ...first], cwd, env }: DemoStage, args: readonly string[]): ChildProcess {
  if (io.isTerminal) return spawn(program, [...first, ...args], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
  // A group of its own: a Ctrl-C then reaches it once, from here, and not from the terminal as well.
  const child = spawn(program, [...first, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  relay(io, child.stdout)
  relay(io, child.stderr)
  return child
}

function relay(io: DemoIo, from: Readable): void {
  from.setEncoding('utf8').on('data', (text: string) => io.out(text))
}

/** On a terminal the command has got the Ctrl-C itself; a second one from us would make it leave without cleaning up. */
function passInterruptOn({ io, interrupt: { first, second } }: DemoStage, child: ChildProcess): () => void {
  const timers: NodeJS.Timeout[] = []
  const onFirst = () => {
    if (!io.isTerminal) child.kill('SIGINT')
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), patience),
      setTimeout(() => child.kill('SIGKILL'), 2 * patience),
    )
  }
  const onSecond = () => child.kill('SIGKILL')
  first.addEventListener('abort', onFirst)
  second.addEventListener('abort', onSecond)
  return () => {
    for (const timer of timers) clearTimeout(timer)
    first.removeEventListener('abort', onFirst)
    second.removeEventListener('abort', onSecond)
  }
}
