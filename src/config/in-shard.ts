import { createHash } from 'node:crypto'
import type { Shard } from './shard.js'

/**
 * Whether a name is in a part. Nothing but the name and the number of parts decides: what is added or removed elsewhere
 * moves nobody, and jobs that read their hosts at different moments take none twice. Without a part, all are in.
 */
export function isInShard(shard: Shard | undefined, name: string): boolean {
  if (shard === undefined) return true
  const hash = createHash('sha256').update(name).digest().readUIntBE(0, 6)
  return hash % shard.of === shard.number - 1
}
