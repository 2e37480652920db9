import type { Config } from '../../config/config.js'
import { isInShard } from '../../config/in-shard.js'
import { selectInstances } from '../../config/select.js'
import { hostContext, instanceContext } from '../../operations/context.js'
import type { RunStep } from '../../operations/step.js'
import { inBatches } from '../../run/batches.js'
import { placeOf } from '../../run/run.js'
import { settleOf, type TargetSteps } from '../../run/target-steps.js'
import { runTasks } from '../../run/tasks.js'
import { exec, render, shell } from '../../shell/command.js'
import { as, type Context, emptyContext, inShell, prefix, type ShellKind, within } from '../../shell/context.js'
import { hostByName } from '../ad-hoc-hosts.js'
import { againWith } from '../again.js'
import { chooseHosts, selectionOf } from '../choose.js'
import { loadConfigIfAny } from '../load.js'
import type { Options } from '../options.js'
import { leftOver, retryOf } from '../retry.js'
import { withOptions } from '../rollout.js'
import { startRun } from '../start-run.js'
import type { World } from '../world.js'

interface ExecOptions extends Options {
  readonly prefix?: readonly string[]
  readonly cd?: string
  readonly as?: string
  readonly shell?: ShellKind
}

/** `venvoy exec -- CMD`: on the selected hosts, or in the context of the instances that -i names. One target gives its exit code. */
export async function execute(world: World, words: readonly string[], given: ExecOptions): Promise<number> {
  const retry = retryOf(world, given, ['exec', '--', ...words])
  const { options } = retry
  const { targets: all, hosts, instances, notes, secrets } = await chooseTargets(world, words, options)
  const targets = leftOver(all, retry, ({ host, instance }) => placeOf(host.name, instance))
  let remote: number | undefined
  const settings = {
    command: 'exec',
    words: ['--', ...words],
    options,
    selection: targets.map(({ host, instance }) => placeOf(host.name, instance)),
    hosts,
    instances,
    notes: [...retry.notes, ...notes],
    secrets,
    again: againWith('exec', options, [...contextWords(options), '--', ...words]),
    exitCode: (ofResults: number) => (targets.length === 1 && ofResults === 1 && remote ? remote : ofResults),
  }
  return startRun(world, settings, (run) => {
    const emit: typeof run.emit = (event) => {
      if (event.type === 'step:end') remote = event.code
      run.emit(event)
    }
    return inBatches({ ...run, emit }, targets, withOptions(undefined, options), (batch, own) =>
      runTasks(batch, own, 'kill'),
    )
  })
}

async function chooseTargets(world: World, words: readonly string[], options: ExecOptions) {
  const loaded = await loadConfigIfAny(world, options)
  const step = (base: Context): RunStep => stepOf(words, options, base)
  if (loaded === undefined) {
    const hosts = (options.host ?? []).filter((name) => isInShard(options.shard, name)).map(hostByName)
    return {
      targets: hosts.map((host): TargetSteps => ({ host, steps: [step(emptyContext)] })),
      hosts,
      instances: [],
      notes: [],
      secrets: [],
    }
  }
  const choose = (from: Config): TargetSteps[] =>
    options.instance !== undefined
      ? selectInstances(from, selectionOf([], options)).map((spec) => ({
          host: spec.host,
          instance: spec.name,
          steps: [step(instanceContext(spec))],
          ...settleOf(spec, (settled) => [step(instanceContext(settled))]),
        }))
      : chooseHosts(from, options).map((spec) => ({ host: spec, steps: [step(hostContext(spec))] }))
  const places = choose(loaded.config).map(({ host, instance }) => placeOf(host.name, instance))
  const { config, notes } = await loaded.withSecrets({ targets: places })
  return {
    targets: choose(config),
    hosts: config.hosts,
    instances: config.instances,
    notes: [...loaded.notes, ...notes],
    secrets: config.secrets.values(),
  }
}

/** The options that make the context, as they are typed. */
function contextWords({ prefix = [], cd, as, shell }: ExecOptions): string[] {
  return [
    ...prefix.flatMap((each) => ['--prefix', each]),
    ...(cd === undefined ? [] : ['--cd', cd]),
    ...(as === undefined ? [] : ['--as', as]),
    ...(shell === undefined ? [] : ['--shell', shell]),
  ]
}

/** One word is shell text (`'ls | wc -l'`); several are the words of one command, each exactly as typed. */
function stepOf(words: readonly string[], options: ExecOptions, base: Context): RunStep {
  const [only] = words
  const command = words.length === 1 && only !== undefined ? shell(only) : exec(...words)
  let context = base
  for (const text of options.prefix ?? []) context = prefix(context, shell(text))
  if (options.cd !== undefined) context = within(context, options.cd)
  if (options.as !== undefined) context = as(context, options.as)
  if (options.shell !== undefined) context = inShell(context, options.shell)
  return { kind: 'run', title: render(command, 'log'), lines: [], command, context, retries: 0, warnOnly: false }
}
