import type { Rollout } from '../config/rollout.js'
import type { TargetResult } from '../events.js'
import { applyPlans, type Work } from '../run/apply.js'
import { inBatches } from '../run/batches.js'
import type { Run } from '../run/run.js'
import type { Options } from './options.js'

/** What the file says of batches, with the command line over it. */
export const withOptions = (ofFile: Rollout | undefined, { serial, maxFailures }: Options): Rollout => ({
  ...ofFile,
  ...(serial !== undefined && { serial }),
  ...(maxFailures !== undefined && { maxFailures }),
})

/**
 * Applies plans in the batches that the command line or the instances ask for. Each batch is prepared and switched by itself:
 * hosts wait only for those of their batch. Instances that ask for different batches come one after the other.
 */
export async function rollOut(
  run: Run,
  works: readonly Work[],
  options: Options,
  dryRun: boolean,
): Promise<TargetResult[]> {
  // A plan changes nothing, so nothing is to be held back.
  if (dryRun) return inBatches(run, works, {}, (batch, own, limit) => applyPlans(batch, own, true, limit))
  const groups = new Map<string, { rollout: Rollout; own: Work[] }>()
  for (const work of works) {
    const rollout = withOptions(work.rollout, options)
    const key = JSON.stringify([rollout.serial, rollout.maxFailures])
    const group = groups.get(key) ?? { rollout, own: [] }
    groups.set(key, group)
    group.own.push(work)
  }
  const results: TargetResult[] = []
  const isOver = () => run.failFast && results.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown')
  for (const { rollout, own } of groups.values())
    results.push(
      ...(await inBatches({ ...run, isOver }, own, rollout, (batch, part, limit) =>
        applyPlans(batch, part, false, limit),
      )),
    )
  return results
}
