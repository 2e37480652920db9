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

/** How much of what is selected is in a part. */
export const partNote = (shard: Shard, { length }: readonly unknown[]): string =>
  `part ${shardText(shard)}: ${length === 0 ? 'nothing' : length} of what is selected`
