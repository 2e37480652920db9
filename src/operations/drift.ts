import type { Drift } from '../facts/facts.js'

/** `six.py of six 1.16.0 was changed by hand, and 3 more`. */
export const describeDrift = ({ what, count }: Drift): string => (count > 1 ? `${what}, and ${count - 1} more` : what)

/** Why something is made anew. */
export const driftReason = (drift: Drift): string => `because ${describeDrift(drift)}`
