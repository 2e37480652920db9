import type { InstanceSpec } from '../../config/spec.js'
import { questionAbout } from '../../facts/question.js'
import { type Place, type Procedure, planBy } from '../../plan/procedure.js'
import { applyPlans, type Work } from '../../run/apply.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { confirmed } from '../confirmed.js'
import { loadConfig } from '../load.js'
import { lockRequest } from '../lock-request.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { targetsOf } from '../targets.js'
import type { World } from '../world.js'

export interface RemoveOptions extends Options {
  readonly keepShared?: boolean
}

/** `venvoy remove`: all that there is of instances, and nothing else. */
export async function remove(
  world: World,
  procedureFor: (keepShared: boolean) => Promise<Procedure<Place>>,
  names: readonly string[],
  options: RemoveOptions,
): Promise<number> {
  const { dryRun = false } = options
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, dryRun ? 'read' : 'act')
  const keepShared = await asked(world, specs, options)
  const procedure = await procedureFor(keepShared)
  const settings = {
    command: 'remove',
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: config.hosts,
    notes,
    secrets: config.secrets.values(),
    again: againWith('remove', options, keepShared ? ['--keep-shared'] : []),
  }
  return startRun(world, settings, (run) => {
    const lock = lockRequest(world, 'remove', options)
    const works = specs.map(
      (spec): Work => ({
        host: spec.host,
        instance: spec.name,
        question: questionAbout(spec, ''),
        alone: true,
        plan: (facts) => planBy(procedure, { spec, facts, by: lock.by }, lock),
      }),
    )
    return applyPlans(run, works, dryRun, 1)
  })
}

/** Two questions: what is shared is in no release, and nowhere else. Gives whether that is kept. */
async function asked(world: World, specs: readonly InstanceSpec[], options: RemoveOptions): Promise<boolean> {
  const { yes, dryRun, keepShared = false } = options
  const places = specs.map(({ name, host }) => `${name} on ${host.name}`).join(', ')
  await confirmed(world, options, `Remove ${places}, with all releases and venvs?`)
  if (yes || dryRun || keepShared) return keepShared
  return !(await world.ask?.confirm('Their shared files, too? They are in no release.'))
}
