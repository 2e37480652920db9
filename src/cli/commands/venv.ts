import type { InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import { questionAbout } from '../../facts/question.js'
import { venvContext } from '../../operations/context.js'
import { venvInputs } from '../../operations/fingerprint.js'
import { planRemoveVenv, planVenv } from '../../plan/venv.js'
import { listColumns, listQuestion, listVenvs } from '../../plan/venv-list.js'
import type { Work } from '../../run/apply.js'
import { inBatches } from '../../run/batches.js'
import { runDynamic } from '../../run/dynamic.js'
import { gather } from '../../run/gather.js'
import type { Task } from '../../run/task.js'
import { againWith } from '../again.js'
import { chooseHosts, chooseInstances } from '../choose.js'
import { readDesired } from '../desired.js'
import { type Loaded, loadConfig } from '../load.js'
import { lockRequest } from '../lock-request.js'
import type { Options } from '../options.js'
import { leftOver, retryOf } from '../retry.js'
import { rollOut } from '../rollout.js'
import { type RunSettings, startRun } from '../start-run.js'
import { hostTargets, sameInstances, targetOf, targetsOf } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy venv list`: as lsvirtualenv, for all the WORKON_HOMEs that the file names, and what is wrong with them. */
export async function list(world: World, names: readonly string[], options: Options): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const hosts = chooseHosts(config, { ...options, instance: [...(options.instance ?? []), ...names] })
  const settings = {
    command: 'venv list',
    options,
    selection: hostTargets(hosts),
    hosts: config.hosts,
    notes,
    again: againWith('venv list', options),
  }
  return startRun(world, settings, async (run) => {
    const specsOf = (host: string) => config.instances.filter((spec) => spec.host.name === host)
    const answers = await gather(run, hosts, ({ name }) => listQuestion(specsOf(name)))
    run.emit({
      type: 'run:table',
      columns: [...listColumns],
      rows: answers.flatMap(({ host, facts }) => (facts ? listVenvs(host.name, facts, specsOf(host.name)) : [])),
    })
    return answers.map(({ result }) => result)
  })
}

/** `venvoy venv create`: as mkvirtualenv with -r, from the instance's `venv:`. */
export async function create(world: World, names: readonly string[], given: Options): Promise<number> {
  const retry = retryOf(world, given, ['venv create'])
  const { options } = retry
  const loaded = await loadConfig(world, options)
  const chosen = leftOver(await chooseInstances(world, loaded.config, names, options, 'act'), retry, targetOf)
  const filled = await loaded.withSecrets({ targets: targetsOf(chosen), only: ['source', 'sudo'] })
  const specs = sameInstances(filled.config, chosen)
  const withSecrets = { ...loaded, config: filled.config }
  const notes = [...retry.notes, ...filled.notes]
  return startRun(world, settingsFor('venv create', options, withSecrets, specs, notes), async (run) => {
    const desired = await readDesired(world, run, loaded, specs, options)
    const { by } = lockRequest(world, 'venv create', options)
    const works = desired.map(
      ({ spec, tree, requirements, complete }): Work => ({
        host: spec.host,
        instance: spec.name,
        question: questionAbout(spec, venvInputs(spec.venv, requirements, tree)),
        plan: async (facts) => planVenv(spec, facts, await complete(facts), tree, by),
      }),
    )
    return rollOut(run, works, options, options.dryRun ?? false)
  })
}

/** `venvoy venv remove`: as rmvirtualenv, but only what carries venvoy's receipt. */
export async function remove(world: World, names: readonly string[], given: Options): Promise<number> {
  const retry = retryOf(world, given, ['venv remove'])
  const { options } = retry
  const loaded = await loadConfig(world, options)
  const specs = leftOver(await chooseInstances(world, loaded.config, names, options, 'act'), retry, targetOf)
  await confirmRemoval(world, specs, options)
  return startRun(world, settingsFor('venv remove', options, loaded, specs, retry.notes), (run) => {
    const works = specs.map(
      (spec): Work => ({
        host: spec.host,
        instance: spec.name,
        question: questionAbout(spec, ''),
        plan: (facts) => planRemoveVenv(spec, facts),
      }),
    )
    return rollOut(run, works, options, options.dryRun ?? false)
  })
}

/** `venvoy venv freeze`: a task in each venv, without the release's folder: a venv may be there before the first deploy. */
export async function inVenvs(world: World, task: Task, names: readonly string[], options: Options): Promise<number> {
  const loaded = await loadConfig(world, options)
  const specs = await chooseInstances(world, loaded.config, names, options, 'read')
  return startRun(world, settingsFor('venv freeze', options, loaded, specs), (run) => {
    const targets = specs.map((spec) => {
      return { host: spec.host, instance: spec.name, context: venvContext(spec), folder: loaded.base }
    })
    return inBatches(run, targets, {}, (batch, own) => runDynamic(batch, task, own))
  })
}

function settingsFor(
  command: string,
  options: Options,
  { config, notes }: Loaded,
  specs: readonly InstanceSpec[],
  more: readonly string[] = [],
): RunSettings {
  const dryRun = options.dryRun ?? false
  return {
    command,
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: config.hosts,
    notes: [...more, ...notes],
    secrets: config.secrets.values(),
    again: againWith(command, options),
  }
}

async function confirmRemoval(world: World, specs: readonly InstanceSpec[], { yes, dryRun }: Options): Promise<void> {
  if (yes || dryRun) return
  const venvs = specs.map((spec) => `${spec.venv.name} on ${spec.host.name}`).join(', ')
  if (world.ask !== undefined && (await world.ask.confirm(`Remove ${venvs}?`))) return
  throw new VenvoyError({ kind: 'config', what: `the removal of ${venvs} was not confirmed`, next: 'add --yes' })
}
