import type { InstanceFacts } from '../facts/facts.js'

/** Why what serves is not to be left as it is, even if it is what is wanted: the next deploy makes a release. */
export function releaseFlaw({ current, failed, unsettled }: InstanceFacts): string | undefined {
  if (current === undefined) return undefined
  if (failed?.includes(current.number)) return `release ${current.number} serves although it failed`
  return unsettled ? `what follows the switch to release ${current.number} did not come to its end` : undefined
}
