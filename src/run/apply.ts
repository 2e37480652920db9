import type { TargetResult } from '../events.js'
import { HostApply } from './host-apply.js'
import { limitOf } from './hosts.js'
import { meetingsOf } from './meeting.js'
import type { Run } from './run.js'
import type { Work } from './work.js'

export type { Work } from './work.js'

/**
 * Probe → plan → program, on all hosts at once. `dryRun` ends after the plan: what it prints is what is applied.
 * Instances are independent; one that lives on several hosts is switched on all of them or on none. `mostMissing`: with so
 * many hosts that cannot be prepared, none is switched; with fewer, the others are.
 */
export async function applyPlans(
  run: Run,
  works: readonly Work[],
  dryRun: boolean,
  mostMissing: number,
): Promise<TargetResult[]> {
  const limit = limitOf(run)
  const meetings = meetingsOf(works, mostMissing)
  const hosts = new Set(works.map(({ host }) => host))
  const results = await Promise.all(
    [...hosts].map(async (host) => {
      const own = works.filter((work) => work.host === host)
      const apply = new HostApply(run, limit, host, own, meetings, dryRun)
      try {
        return await apply.run()
      } finally {
        // Whatever happened here, nobody waits for this host any longer.
        for (const { instance } of own) apply.arrive(instance, false)
      }
    }),
  )
  return results.flat()
}
