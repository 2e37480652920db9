import type { HostFacts } from '../facts/facts.js'

/** A path of a spec as the host has it: `~/bin/x` → `/home/ann/bin/x`. */
export const absolute = (path: string, { system }: Pick<HostFacts, 'system'>): string =>
  path.replace(/^~(?=\/|$)/, () => system.home)
