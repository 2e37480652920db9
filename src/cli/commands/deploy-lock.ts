import type { InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import type { HostFacts } from '../../facts/facts.js'
import { questionAbout } from '../../facts/question.js'
import { describeLock, lockColumns, planHold, planRelease } from '../../plan/hold.js'
import type { Plan } from '../../plan/plan.js'
import { applyPlans, type Work } from '../../run/apply.js'
import { againWith } from '../again.js'
import { askInstances } from '../ask-instances.js'
import { chooseInstances } from '../choose.js'
import { type Loaded, loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { type RunSettings, startRun } from '../start-run.js'
import { hostTargets, targetsOf } from '../targets.js'
import type { World } from '../world.js'

export interface HoldOptions extends Options {
  readonly reason?: string
  /** A date, or a date and a time, by this machine's clock. */
  readonly until?: string
}

/** `venvoy deploy-lock status`: who deploys, and who keeps others from it. */
export async function status(world: World, names: readonly string[], options: Options): Promise<number> {
  const loaded = await loadConfig(world, options)
  const specs = await chooseInstances(world, loaded.config, names, options, 'read')
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const settings = { ...settingsFor('status', options, loaded), selection: hostTargets(hosts) }
  return startRun(world, settings, async (run) => {
    const { states, results } = await askInstances(run, specs, lockQuestion)
    const rows = states.map(({ spec, state }) => describeLock(spec.name, spec.host.name, state))
    run.emit({ type: 'run:table', columns: [...lockColumns], rows })
    return results
  })
}

/** `venvoy deploy-lock hold`: no deploys until somebody releases them, or until a date. */
export async function hold(world: World, names: readonly string[], options: HoldOptions): Promise<number> {
  const { reason, until } = options
  const said = {
    by: `${world.user}@${world.hostname}`,
    since: textOf(world.now()),
    ...(reason !== undefined && { reason }),
    ...(until !== undefined && { until: textOf(timeOf(until)) }),
  }
  return apply(world, 'hold', names, options, (spec, facts) => planHold(spec, facts, said))
}

/** `venvoy deploy-lock release` */
export const release = (world: World, names: readonly string[], options: Options): Promise<number> =>
  apply(world, 'release', names, options, planRelease)

async function apply(
  world: World,
  verb: string,
  names: readonly string[],
  options: Options,
  plan: (spec: InstanceSpec, facts: HostFacts) => Plan,
): Promise<number> {
  const loaded = await loadConfig(world, options)
  const specs = await chooseInstances(world, loaded.config, names, options, 'act')
  const settings = { ...settingsFor(verb, options, loaded), selection: targetsOf(specs) }
  return startRun(world, settings, (run) => {
    const works = specs.map(
      (spec): Work => ({
        host: spec.host,
        instance: spec.name,
        question: lockQuestion(spec),
        interpreters: 'none',
        alone: true,
        plan: (facts) => plan(spec, facts),
      }),
    )
    return applyPlans(run, works, false, 1)
  })
}

const lockQuestion = (spec: InstanceSpec) => ({ ...questionAbout(spec, ''), locks: true })

function settingsFor(verb: string, options: Options, { config, notes }: Loaded): Omit<RunSettings, 'selection'> {
  const command = `deploy-lock ${verb}`
  return { command, options, hosts: config.hosts, notes, again: againWith(command, options) }
}

/** `2026-11-21T12:00:00Z` */
const textOf = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

function timeOf(until: string): number {
  // A date alone begins at midnight here, not in Greenwich: 2026-11-23
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(until) ? `${until}T00:00` : until)
  if (!Number.isNaN(time)) return time
  throw new VenvoyError({
    kind: 'config',
    what: `--until ${until}: not a date`,
    next: '--until 2026-11-23, or 2026-11-23T08:00',
  })
}
