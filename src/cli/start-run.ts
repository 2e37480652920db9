import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { partNote, shardText } from '../config/shard.js'
import type { HostSpec, InstanceSpec } from '../config/spec.js'
import { exitCodeOf, VenvoyError, worstExitCode } from '../errors.js'
import type { Emit, Target, TargetResult } from '../events.js'
import { detectCi } from '../render/ci.js'
import { wantsColor } from '../render/color.js'
import { createRenderer } from '../render/create-renderer.js'
import { chooseKind, type RenderKind } from '../render/kind.js'
import { EventMask } from '../render/mask-events.js'
import type { Renderer } from '../render/renderer.js'
import { cancelListeners } from '../run/cancel.js'
import type { Run } from '../run/run.js'
import type { Secret } from '../shell/command.js'
import { quote } from '../shell/quote.js'
import type { Ask, Connection } from '../transport/transport.js'
import { confirmOnce } from './confirm-once.js'
import type { Options } from './options.js'
import { configPath, runsFolder, stateFolder } from './places.js'
import { decisiveOptions, retryOffer } from './retry.js'
import { runId } from './run-folder.js'
import { RunRecord } from './run-record.js'
import { sudoPasswords } from './sudo-passwords.js'
import type { World } from './world.js'

export interface RunSettings {
  /** What it is called: `deploy`. */
  readonly command: string
  /** What it is told to do, beside its options and its selection: the names of tasks, the words of a command. */
  readonly words?: readonly string[]
  readonly options: Options
  /** Every host of the file: a jump may name one. */
  readonly hosts: readonly HostSpec[]
  /** What will report: instances on hosts, or hosts. */
  readonly selection: readonly Target[]
  /** The plans are what is asked for; nothing is applied. */
  readonly dryRun?: boolean
  readonly notes?: readonly string[]
  /** Those that may be selected, for their ports. */
  readonly instances?: readonly InstanceSpec[]
  /** What must not stand in a log, whatever prints it. */
  readonly secrets?: Iterable<Secret>
  again(target: { readonly host: string; readonly instance?: string }): string
  /** The exit code where it is not only a matter of the results. */
  exitCode?(ofResults: number): number
}

/** Does the work of one command with a renderer around it; gives the exit code. Whatever happens, the terminal is left as it was. */
export async function startRun(
  world: World,
  settings: RunSettings,
  work: (run: Run) => Promise<readonly TargetResult[]>,
): Promise<number> {
  const { command, options, selection, dryRun = false, notes = [] } = settings
  const began = world.now()
  const typed = world.argv.map(quote).join(' ')
  const secrets = new EventMask(settings.secrets ?? [], { isOutputPlain: options.unmasked })
  // What would be done is for people to read, whatever a task would have printed.
  const kind = kindFor(world, options, selection.length, dryRun ? 'plan' : command)
  const renderer = await rendererFor(world, options, kind)
  const record = recordOf(world, settings, typed, secrets.text)
  const emit = secrets.over((event) => {
    record?.emit(event)
    renderer.emit(event)
  })
  let ssh: ReturnType<typeof sshFor> | undefined
  const viaSsh = () => {
    ssh ??= sshFor(world, settings, renderer, emit)
    return ssh
  }
  const ask = world.ask && askBetweenFrames(world.ask, renderer)
  const confirm = confirmOnce(ask, options.yes ?? false)
  const sudo = sudoPasswords({
    ask: ask?.secret,
    onTyped: (password) => secrets.add(password),
  })
  const run: Run = {
    emit,
    ...(record && { id: record.id }),
    signal: world.signal,
    onCancel: cancelListeners(world.signal),
    now: world.now,
    parallel: options.parallel,
    failFast: options.failFast ?? false,
    ...(dryRun && { dryRun }),
    again: settings.again,
    sudoPassword: sudo.of,
    ...(confirm !== undefined && { confirm }),
    connect: async (host, signal) => (host.local ? connectHere(world) : (await viaSsh()).connect(host, signal)),
  }
  const report = (results: readonly TargetResult[], exitCode: number) => {
    // Whoever writes bytes to a file must know that they are not what the command printed.
    if (kind === 'raw' && secrets.found.size > 0)
      run.emit({ type: 'run:note', level: 'warning', text: maskedText(secrets.found) })
    run.emit({
      type: 'run:end',
      report: {
        ...{ command: typed, results, exitCode, ms: world.now() - began, ...record?.place },
        ...(record !== undefined && !dryRun && retryOffer(world.argv, command, results)),
      },
    })
  }
  const sayStopping = () =>
    run.emit({ type: 'run:note', level: 'warning', text: 'stopping what runs; Ctrl-C once more leaves at once' })
  world.signal.addEventListener('abort', sayStopping)
  try {
    if (options.askSudoPassword) await sudo.now()
    const ports = portsOf(settings)
    const on = [...new Set(selection.map(({ host }) => host))]
    run.emit({ type: 'run:start', command: typed, hosts: on, targets: selection.length, selection, ports, dryRun })
    record?.onTrouble((text) => run.emit({ type: 'run:note', level: 'warning', text }))
    if (options.shard !== undefined)
      run.emit({ type: 'run:note', level: 'info', text: partNote(options.shard, selection) })
    for (const text of notes) run.emit({ type: 'run:note', level: 'info', text })
    const results = await work(run)
    const ofResults = world.signal.aborted ? 130 : worstExitCode(results.flatMap(codesOf))
    const exitCode = settings.exitCode?.(ofResults) ?? ofResults
    report(results, exitCode)
    return exitCode
  } catch (error) {
    report([], error instanceof VenvoyError ? error.exitCode : 1)
    throw error instanceof VenvoyError ? new VenvoyError(secrets.failure(error.failure)) : error
  } finally {
    world.signal.removeEventListener('abort', sayStopping)
    const opened = await ssh?.catch(() => undefined)
    opened?.close()
    record?.close()
    await renderer.end()
  }
}

const portsOf = ({ instances = [], selection }: RunSettings) =>
  instances
    .map(({ name, host, ports }) => ({ target: { host: host.name, instance: name }, numbers: ports }))
    .filter(({ target }) =>
      selection.some(({ host, instance }) => host === target.host && instance === target.instance),
    )

/** The exit codes that results stand for. */
export function codesOf({ outcome, failure }: TargetResult): number[] {
  if (failure !== undefined) return [exitCodeOf(failure.kind)]
  return outcome === 'failed' || outcome === 'unknown' ? [1] : []
}

const maskedText = (names: ReadonlySet<string>): string =>
  `${[...names].join(', ')} ${names.size === 1 ? 'stands' : 'stand'} for secrets in what was printed; --unmasked leaves it as it is`

function kindFor(
  { stdoutIsTerminal, stderrIsTerminal, env }: World,
  options: Options,
  targets: number,
  command: string,
) {
  const { json = false, plain = false, stream = false, quiet = false } = options
  return chooseKind({ json, plain, stream, quiet }, { stdoutIsTerminal, stderrIsTerminal, env }, targets, command)
}

function rendererFor(world: World, options: Options, kind: RenderKind): Promise<Renderer> {
  const { stream = false, fold = false, quiet = false, verbose = false } = options
  const { stdoutIsTerminal, env } = world
  const ci = detectCi(env)
  return createRenderer({
    kind,
    stdout: world.stdout,
    stderr: world.stderr,
    color: wantsColor(env, stdoutIsTerminal),
    columns: world.columns,
    rows: world.rows,
    verbosity: quiet ? -1 : verbose ? 1 : 0,
    now: world.now,
    stream,
    fold,
    ...(ci !== undefined && { ci }),
  })
}

/** What contacts no host loads no transport. */
async function connectHere({ env, home, brake }: World): Promise<Connection> {
  const { connectLocal } = await import('../transport/local.js')
  return connectLocal({ env, cwd: home, brake })
}

/** ssh2 is loaded here, because a good part of all commands needs no SSH. */
export async function sshFor(
  world: World,
  { options, hosts }: Pick<RunSettings, 'options' | 'hosts'>,
  renderer: Pick<Renderer, 'pause'>,
  emit: Emit,
) {
  const { createSsh } = await import('../transport/ssh.js')
  const ask = world.ask && askBetweenFrames(world.ask, renderer)
  return createSsh({
    home: world.home,
    user: world.user,
    env: world.env,
    hosts,
    overrides: {
      ...(options.user !== undefined && { user: options.user }),
      ...(options.identity !== undefined && { identityFile: options.identity }),
    },
    hostKeys: options.acceptNew ? 'accept-new' : 'ask',
    ...(ask && { ask }),
    stateFile: join(stateFolder(world), 'logins.json'),
    onNote: (text, host) => emit({ type: 'run:note', level: 'info', text, ...(host !== undefined && { host }) }),
    brake: world.brake,
    random: Math.random,
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, { ...(signal && { signal }) })
    },
  })
}

/** While a person answers, nothing is drawn over the question. */
const askBetweenFrames = (ask: Ask, renderer: Pick<Renderer, 'pause'>): Ask => ({
  confirm: (question) => renderer.pause(() => ask.confirm(question)),
  secret: (prompt) => renderer.pause(() => ask.secret(prompt)),
})

/** Nothing is written down of what contacts no host. */
function recordOf(
  world: World,
  settings: RunSettings,
  typed: string,
  mask: (text: string) => string,
): RunRecord | undefined {
  const { command, words = [], options, selection, dryRun = false } = settings
  const { report, shard } = options
  // That there was nothing to do is worth a report all the same: no part is missing then.
  if (selection.length === 0 && report === undefined) return undefined
  const now = world.now()
  return new RunRecord(runsFolder(world), {
    now: world.now,
    mask,
    ...(report !== undefined && { report: resolve(world.cwd, report) }),
    about: {
      id: runId(now, Math.random()),
      command: typed,
      words: [command, ...words],
      file: configPath(world, options),
      options: decisiveOptions(options),
      dryRun,
      ...(shard !== undefined && { shard: shardText(shard) }),
      selection,
      started: new Date(now).toISOString(),
    },
  })
}
