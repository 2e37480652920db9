import type { InstanceQuestion } from '../../facts/probe.js'
import { questionAbout } from '../../facts/question.js'
import { factsOfHooks } from '../../operations/hooks.js'
import { type Place, type Procedure, planBy } from '../../plan/procedure.js'
import { applyPlans, type Work } from '../../run/apply.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { confirmed } from '../confirmed.js'
import { loadConfig } from '../load.js'
import { lockRequest } from '../lock-request.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { sameInstances, targetsOf } from '../targets.js'
import type { World } from '../world.js'

export interface RollbackOptions extends Options {
  /** The number of a release. */
  readonly to?: number
}

/** So many lines of the journal tell what has served: more than any number of releases that is kept. */
export const journalLines = 500

/** `venvoy rollback`: all hosts of an instance go back together, or none. */
export async function rollback(
  world: World,
  procedure: Procedure<Place>,
  names: readonly string[],
  options: RollbackOptions,
): Promise<number> {
  const { to } = options
  const where = to === undefined ? '' : ` to release ${to}`
  const question = (all: string) => `Roll back ${all}${where}?`
  return goBack(world, procedure, names, options, {
    command: 'rollback',
    question,
    wanted: { kept: true },
  })
}

/** What distinguishes ways back. */
interface WayBack {
  readonly command: string
  question(places: string): string
  /** What the probe is to tell beside the usual. */
  readonly wanted: Partial<InstanceQuestion>
}

/** Goes back on all hosts of the instances together, as a procedure says, once a person has agreed. */
export async function goBack(
  world: World,
  procedure: Procedure<Place>,
  names: readonly string[],
  options: Options & { readonly to?: string | number },
  { command, question, wanted }: WayBack,
): Promise<number> {
  const { to, dryRun = false } = options
  const loaded = await loadConfig(world, options)
  const chosen = await chooseInstances(world, loaded.config, names, options, dryRun ? 'read' : 'act')
  await confirmed(world, options, question(chosen.map(nameOf).join(', ')))
  const filled = await loaded.withSecrets({ targets: targetsOf(chosen), ...(dryRun && { only: [] }) })
  const specs = sameInstances(filled.config, chosen)
  const settings = {
    command,
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: loaded.config.hosts,
    notes: [...loaded.notes, ...filled.notes],
    secrets: filled.config.secrets.values(),
    again: againWith(command, options, to === undefined ? [] : ['--to', String(to)]),
  }
  return startRun(world, settings, (run) => {
    const lock = lockRequest(world, command, options)
    const who = { by: lock.by, ...(run.id !== undefined && { run: run.id }) }
    const works = specs.map(
      (spec): Work => ({
        host: spec.host,
        instance: spec.name,
        question: { ...questionAbout(spec, ''), ...wanted },
        interpreters: 'none',
        facts: factsOfHooks(spec),
        plan: (facts) => planBy(procedure, { spec, facts, ...who }, lock),
      }),
    )
    return applyPlans(run, works, dryRun, 1)
  })
}

const nameOf = ({ name, host }: { name: string; host: { name: string } }): string => `${name} on ${host.name}`
