import type { InstanceSpec } from '../../config/spec.js'
import type { TargetResult } from '../../events.js'
import { unknownSecrets } from '../../operations/release-env.js'
import type { Procedure } from '../../plan/procedure.js'
import type { Work } from '../../run/apply.js'
import type { Run } from '../../run/run.js'
import { verifyFirst } from '../../run/verify.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { type Desired, readDesired, workOf } from '../desired.js'
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
  let differs = false
  const settings = {
    command,
    ...(options.exitCode && { exitCode: (ofResults: number) => (ofResults === 0 && differs ? 6 : ofResults) }),
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: loaded.config.hosts,
    notes: [...retry.notes, ...loaded.notes, ...filled.notes, ...(only ? notCompared(specs) : [])],
    secrets: filled.config.secrets.values(),
    again: againWith(command, options, options.ref === undefined ? [] : ['--ref', options.ref]),
  }
  return startRun(world, settings, async (run) => {
    await verifyFirst(run, specs)
    const desired = await readDesired(world, run, loaded, specs, options)
    const lock = lockRequest(world, command, options)
    const works = desired.map((each) => workOf(procedure, each, lock, run.id))
    const results = await planOrDeploy(world, run, works, desired, options)
    differs = results.some(({ outcome }) => outcome === 'ok')
    return results
  })
}

/** A plan that is to be saved is kept as it is made. */
async function planOrDeploy(
  world: World,
  run: Run,
  works: readonly Work[],
  desired: readonly Desired[],
  options: Options,
): Promise<TargetResult[]> {
  const { out, dryRun = false } = options
  if (out === undefined) return rollOut(run, works, options, dryRun)
  const { savePlans } = await import('../save-plans.js')
  return savePlans(world, run, out, works, desired, options)
}

/** What a plan cannot say: whether secrets have changed that nobody has fetched. */
function notCompared(specs: readonly InstanceSpec[]): string[] {
  const names = [...new Set(specs.flatMap(unknownSecrets))]
  if (names.length === 0) return []
  return [`not compared, because a plan fetches no secrets: ${names.join(', ')} (venvoy plan --secrets fetches them)`]
}
