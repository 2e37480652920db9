import { isInShard } from '../../config/in-shard.js'
import type { HostSpec, InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import type { Emit, TargetResult } from '../../events.js'
import { hostContext } from '../../operations/context.js'
import { planSetup, planSetupRemoval, type SetupPlan, type SetupWish, setupQuestion } from '../../plan/setup.js'
import { gather } from '../../run/gather.js'
import { emitEnd, failureOfError } from '../../run/hosts.js'
import type { Run } from '../../run/run.js'
import { runTasks } from '../../run/tasks.js'
import { hostByName } from '../ad-hoc-hosts.js'
import { againWith } from '../again.js'
import { chooseHosts } from '../choose.js'
import { loadConfigIfAny } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'

export interface SetupOptions extends Options {
  /** WORKON_HOME. */
  readonly home?: string
  readonly remove?: boolean
  readonly with: SetupWish['from']
}

interface Planned extends SetupPlan {
  readonly host: HostSpec
}

/**
 * `venvoy setup [HOST…]`: virtualenvwrapper and a block in the start-up file of a login bash, or with `remove` the block away. The
 * plan comes first, and the question whether to go on.
 */
export async function setup(world: World, names: readonly string[], given: SetupOptions): Promise<number> {
  const options = names.length === 0 ? given : { ...given, host: [...(given.host ?? []), ...names] }
  const { hosts, all, instances, notes } = await chooseSetupHosts(world, options)
  // Removal needs none.
  const wishes = new Map(options.remove ? [] : hosts.map((host) => [host, wishFor(host, instances, options)]))
  const isDry = options.dryRun ?? false
  const words = [...(options.remove ? ['--remove'] : []), ...(options.home ? ['--home', options.home] : [])]
  const settings = {
    command: 'setup',
    options,
    dryRun: isDry,
    selection: hostTargets(hosts),
    hosts: all,
    notes,
    again: againWith('setup', options, words),
  }
  return startRun(world, settings, async (run) => {
    const { planned, results } = await planAll(run, hosts, wishes)
    const changing = planned.filter(({ steps }) => steps.length > 0)
    const idle = planned.filter(({ steps }) => steps.length === 0 || isDry)
    const unchanged = idle.map(({ host, steps }) => end(run, host, steps.length === 0 ? 'unchanged' : 'ok'))
    if (isDry || changing.length === 0) return [...results, ...unchanged]
    run.emit({ type: 'run:table', columns: ['host', 'plan'], rows: changing.flatMap(rowsOf) })
    await assertConfirmed(run, changing)
    const done = await runTasks(changed(run), changing, 'finish')
    return [...results, ...unchanged, ...done.map(asChange)]
  })
}

async function chooseSetupHosts(world: World, options: SetupOptions) {
  const loaded = await loadConfigIfAny(world, options)
  if (loaded === undefined) {
    const hosts = (options.host ?? []).filter((name) => isInShard(options.shard, name)).map(hostByName)
    return { hosts, all: hosts, instances: [], notes: [] }
  }
  const { config, notes } = loaded
  return { hosts: chooseHosts(config, options), all: config.hosts, instances: config.instances, notes }
}

/** What the file says of the venvs on a host; the command line goes over it. */
function wishFor(host: HostSpec, instances: readonly InstanceSpec[], { home, with: from }: SetupOptions): SetupWish {
  const venvs = instances.filter((spec) => spec.host.name === host.name).map(({ venv }) => venv)
  const homes = distinct(venvs.map((venv) => venv.home))
  if (home === undefined && homes.length > 1) throw severalHomes(host, homes)
  const projects = distinct(venvs.flatMap(({ projectHome }) => projectHome ?? []))
  const [projectHome] = projects
  return {
    home: home ?? homes[0] ?? '~/.virtualenvs',
    ...(projectHome !== undefined && projects.length === 1 && { projectHome }),
    from,
  }
}

const severalHomes = ({ name }: HostSpec, homes: readonly string[]) =>
  new VenvoyError({
    kind: 'config',
    where: name,
    what: 'its venvs are in several folders, and a login shell has one WORKON_HOME',
    why: homes,
    next: `venvoy setup ${name} --home ${homes[0]}`,
  })

/** The plans of the hosts that answered; the results of those that did not, or that cannot have it. Without a wish: the removal. */
async function planAll(run: Run, hosts: readonly HostSpec[], wishes: ReadonlyMap<HostSpec, SetupWish>) {
  const planned: Planned[] = []
  const results: TargetResult[] = []
  // An answer is not the end of a host: what is to be done there comes yet.
  for (const { host, facts, result } of await gather(quiet(run), hosts, () => setupQuestion)) {
    if (facts === undefined) {
      results.push(emitEnd(run, result))
      continue
    }
    try {
      const wish = wishes.get(host)
      const context = hostContext(host)
      const plan = wish ? planSetup(host.name, facts, wish, context) : planSetupRemoval(host.name, facts, context)
      run.emit({
        type: 'instance:plan',
        host: host.name,
        steps: plan.steps.map(({ title, lines }) => ({ title: `~ ${title}`, lines })),
      })
      for (const text of plan.notes) run.emit({ type: 'run:note', level: 'info', text, host: host.name })
      planned.push({ host, ...plan })
    } catch (error) {
      results.push(end(run, host, 'failed', failureOfError(error, host.name)))
    }
  }
  return { planned, results }
}

const quiet = (run: Run): Run => ({ ...run, emit: without(run.emit, 'host:end') })

const without =
  (emit: Emit, type: string): Emit =>
  (event) => {
    if (event.type !== type) emit(event)
  }

const rowsOf = ({ host, steps }: Planned): string[][] =>
  steps.flatMap(({ title, lines }, i) => [[i === 0 ? host.name : '', title], ...lines.map((line) => ['', `  ${line}`])])

async function assertConfirmed(run: Run, planned: readonly Planned[]): Promise<void> {
  const names = planned.map(({ host }) => host.name).join(', ')
  if (run.confirm !== undefined && (await run.confirm(`Do this on ${names}?`))) return
  throw new VenvoyError({ kind: 'config', what: `the plan for ${names} was not confirmed`, next: 'add --yes' })
}

/** What was done has changed the host. */
const changed = (run: Run): Run => ({
  ...run,
  emit: (event) =>
    run.emit(event.type === 'host:end' && event.outcome === 'ok' ? { ...event, outcome: 'changed' } : event),
})

const asChange = (result: TargetResult): TargetResult =>
  result.outcome === 'ok' ? { ...result, outcome: 'changed' } : result

const end = (run: Run, { name }: HostSpec, outcome: TargetResult['outcome'], failure?: TargetResult['failure']) =>
  emitEnd(run, { host: name, outcome, ...(failure !== undefined && { failure }), steps: 0, ms: 0 })

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]
