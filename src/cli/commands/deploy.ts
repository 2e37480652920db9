import type { InstanceSpec } from '../../config/spec.js'
import { unknownSecrets } from '../../operations/release-env.js'
import type { Procedure } from '../../plan/procedure.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { readDesired, workOf } from '../desired.js'
import { loadConfig } from '../load.js'
import { lockRequest } from '../lock-request.js'
import type { Options } from '../options.js'
import { leftOver, retryOf } from '../retry.js'
import { rollOut } from '../rollout.js'
import { startRun } from '../start-run.js'
import { sameInstances, targetOf, targetsOf } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy deploy` and `venvoy plan`: the same way, but that a plan is not applied. */
export async function deploy(
  world: World,
  procedure: Procedure,
  names: readonly string[],
  given: Options,
  command: 'deploy' | 'plan',
): Promise<number> {
  const retry = retryOf(world, given, [command])
  const { options } = retry
  const loaded = await loadConfig(world, options)
  const dryRun = options.dryRun ?? false
  const all = await chooseInstances(world, loaded.config, names, options, dryRun ? 'read' : 'act')
  const chosen = leftOver(all, retry, targetOf)
  // A plan shows no values: it needs no secrets but those that open its sources.
  const only = dryRun && !options.secrets && (['source'] as const)
  const filled = await loaded.withSecrets({ targets: targetsOf(chosen), ...(only && { only }) })
  const specs = sameInstances(filled.config, chosen)
  const settings = {
    command,
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: loaded.config.hosts,
    notes: [...retry.notes, ...loaded.notes, ...filled.notes, ...(only ? notCompared(specs) : [])],
    secrets: filled.config.secrets.values(),
    again: againWith(command, options, options.ref === undefined ? [] : ['--ref', options.ref]),
  }
  return startRun(world, settings, async (run) => {
    const desired = await readDesired(world, run, loaded, specs, options)
    const works = desired.map((each) => workOf(procedure, each, lockRequest(world, command, options), run.id))
    return rollOut(run, works, options, dryRun)
  })
}

/** What a plan cannot say: whether secrets have changed that nobody has fetched. */
function notCompared(specs: readonly InstanceSpec[]): string[] {
  const names = [...new Set(specs.flatMap(unknownSecrets))]
  if (names.length === 0) return []
  return [`not compared, because a plan fetches no secrets: ${names.join(', ')} (venvoy plan --secrets fetches them)`]
}
