import type { Procedure } from '../../plan/procedure.js'
import { applyPlans } from '../../run/apply.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { readDesired, workOf } from '../desired.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { targetsOf } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy deploy` and `venvoy plan`: the same way, but that a plan is not applied. */
export async function deploy(
  world: World,
  procedure: Procedure,
  names: readonly string[],
  options: Options,
  command: 'deploy' | 'plan',
): Promise<number> {
  const loaded = await loadConfig(world, options)
  const dryRun = options.dryRun ?? false
  const chosen = await chooseInstances(world, loaded.config, names, options, dryRun ? 'read' : 'act')
  // A plan shows no values, so it needs no secrets.
  const specs = dryRun ? chosen : loaded.withSecrets(chosen)
  const settings = {
    command,
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: loaded.config.hosts,
    notes: loaded.notes,
    again: againWith(command, options, options.ref === undefined ? [] : ['--ref', options.ref]),
  }
  return startRun(world, settings, async (run) => {
    const desired = await readDesired(world, run, loaded, specs, options)
    const works = desired.map((each) => workOf(procedure, each, `${world.user}@${world.hostname}`))
    return applyPlans(run, works, dryRun)
  })
}
