import { createHash } from 'node:crypto'

/** One of the parts that work is divided into: the third of eight. */
export interface Shard {
  /** From 1 on. */
  readonly number: number
  readonly of: number
}

/** `3/8` as typed; undefined for what is no part: `0/8`, `9/8`. */
export function parseShard(text: string): Shard | undefined {
  // 3/8, 12/100
  const [, number, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text)?.map(Number) ?? []
  return number === undefined || of === undefined || number > of ? undefined : { number, of }
}

export const shardText = ({ number, of }: Shard): string => `${number}/${of}`

/**
 * Whether a name is in a part. Nothing but the name and the number of parts decides: what is added or removed elsewhere
 * moves nobody, and jobs that read their hosts at different moments take none twice. Without a part, all are in.
 */
export function isInShard(shard: Shard | undefined, name: string): boolean {
  if (shard === undefined) return true
  const hash = createHash('sha256').update(name).digest().readUIntBE(0, 6)
  return hash % shard.of === shard.number - 1
}
