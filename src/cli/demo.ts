import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { VenvoyError } from '../errors.js'
import { type Interrupt, watchInterrupts } from './demo-interrupt.js'
import { findDemoPython } from './demo-python.js'
import { type DemoIo, type DemoStage, paint, typeCommand } from './demo-stage.js'
import { createDemoWorld, type DemoWorld } from './demo-world.js'

/** What an instance of the demo's app answers. */
interface Answer {
  readonly instance: string
  readonly says: string
  readonly greeting: string
  readonly python: string
  readonly prefix: string
}

/**
 * Shows venvoy at work on a host inside this program: two instances of one project, each in its own venv. Everything
 * happens in one temporary folder, which is gone at the end, also after a failure or Ctrl-C. Needs python3 with venv.
 * `venvoy` is the program whose command lines are shown, and its first arguments. Returns 0 or throws a `VenvoyError`.
 */
export async function runDemo(
  io: DemoIo,
  venvoy: readonly [string, ...string[]] = [process.execPath, process.argv[1] ?? ''],
): Promise<number> {
  const started = performance.now()
  const interrupt = watchInterrupts()
  interrupt.first.addEventListener('abort', () => io.out('\nStopping, and cleaning up.\n'))
  try {
    const python = await findDemoPython(process.env.PATH)
    const world = await createDemoWorld(python)
    try {
      introduce(io, world)
      await play({ io, interrupt, venvoy, cwd: world.project, env: { ...world.env, ...screenEnv(io) } }, world)
    } finally {
      await world.clear()
    }
    sayGoodbye(io, world, (performance.now() - started) / 1000)
    return 0
  } finally {
    interrupt.dispose()
  }
}

function introduce(io: DemoIo, { folder, host, index, deployFile }: DemoWorld): void {
  io.out(`${paint(io, 'heading', 'One small web project, two instances, each in a venv of its own.')}

An SSH host listens on ${host.address}:${host.port}, with fresh keys and an empty home.
A package index on ${index.url} has greeting 1.0 and greeting 2.0.
Both live in ${folder}; nothing is written anywhere else.

`)
  announce(io, 'deploy.yml')
  io.out(`${indented(deployFile)}\n`)
}

/** The demo itself, from top to bottom as it is seen. */
async function play(stage: DemoStage, world: DemoWorld): Promise<void> {
  const { io, interrupt } = stage
  announce(io, 'What would a deploy do?')
  await typeCommand(stage, 'plan')

  announce(io, 'Do it: two venvs, the code, one switch each.')
  await typeCommand(stage, 'deploy', '--all', '--yes')

  announce(io, 'Ask each instance which versions it runs.')
  await askInstances(io, world, interrupt)

  announce(io, 'Run a task outside, and one under `prefix: workon demo-blue`.')
  await typeCommand(stage, 'run', 'outside', 'inside')

  announce(io, 'What is where?')
  await typeCommand(stage, 'status')

  announce(io, 'Deploy again: there is nothing to do.')
  await typeCommand(stage, 'deploy', '--all', '--yes')
}

async function askInstances(io: DemoIo, { ports }: DemoWorld, interrupt: Interrupt): Promise<void> {
  const expected = { blue: '1.0', green: '2.0' }
  for (const name of ['blue', 'green'] as const) {
    const url = `http://127.0.0.1:${ports[name]}/`
    io.out(`${paint(io, 'command', `GET ${url}`)}\n`)
    const answer = await ask(url, interrupt)
    io.out(`${indented(JSON.stringify(answer, null, 2))}\n`)
    if (answer.instance === name && answer.greeting === expected[name]) continue
    const what = `${name} should run greeting ${expected[name]}`
    throw new VenvoyError({ kind: 'command', where: 'demo', what, why: [JSON.stringify(answer)] })
  }
}

async function ask(url: string, interrupt: Interrupt): Promise<Answer> {
  const signal = AbortSignal.any([interrupt.first, AbortSignal.timeout(5000)])
  try {
    const body = await new Promise<string>((resolve, reject) => {
      const request = get(url, { agent: false, signal }, (response) => text(response).then(resolve, reject))
      request.on('error', reject)
    })
    return JSON.parse(body) as Answer
  } catch (error) {
    interrupt.check()
    const why = [(error as Error).message]
    throw new VenvoyError({ kind: 'command', where: 'demo', what: `${url} does not answer`, why }, { cause: error })
  }
}

function sayGoodbye(io: DemoIo, { folder }: DemoWorld, seconds: number): void {
  io.out(`${paint(io, 'good', `That was all of it, in ${seconds.toFixed(1)} s.`)}
The host, the index and both apps are stopped, and ${folder} is gone.
`)
}

/** A heading over a line as wide as the terminal, at most 80 columns. */
function announce(io: DemoIo, title: string): void {
  const line = '─'.repeat(Math.max(0, Math.min(io.columns, 80) - title.length - 4))
  io.out(`${paint(io, 'aside', '──')} ${paint(io, 'heading', title)} ${paint(io, 'aside', line)}\n`)
}

function indented(lines: string): string {
  return lines.replace(/^(?=.)/gm, '  ').replace(/\n*$/, '\n') // `project: demo` → `  project: demo`
}

/** The commands behind a pipe cannot see the screen that their words end on. */
function screenEnv(io: DemoIo): Record<string, string> {
  return {
    ...(io.columns > 0 && { COLUMNS: String(io.columns) }),
    ...(io.color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  }
}
