import type { RunEvent, Target } from '../events.js'

/** A target as people read it and as it is told from others: `web1`, `staging@web1`. */
export function targetName({ host, instance }: Target): string {
  return instance === undefined ? host : `${instance}@${host}`
}

/** The targets that a run begins with. */
export function targetsOf(start: Extract<RunEvent, { type: 'run:start' }>): readonly Target[] {
  return start.selection ?? start.hosts.map((host) => ({ host }))
}
