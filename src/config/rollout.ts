import { given } from './given.js'

/** So many hosts, or so many of a hundred: `3`, `25%`. */
export type Amount = number | `${number}%`

/** How a run gets to its hosts where not all are to be begun at once. */
export interface Rollout {
  /** The sizes of the batches, one after the other; the last one holds for all that follow. */
  readonly serial?: readonly Amount[]
  /** With so many failed hosts, no further one is begun. */
  readonly maxFailures?: Amount
}

interface Written {
  readonly serial?: number | string | readonly (number | string)[] | undefined
  readonly max_failures?: number | string | undefined
}

/** `25%`, `100%` */
export const percentPattern = /^(?:[1-9]\d?|100)%$/

/** `3` and `25%` as typed; undefined for what is neither. */
export function parseAmount(text: string): Amount | undefined {
  if (percentPattern.test(text)) return text as Amount
  // 3, 120
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined
}

/** What a deploy or a task says of its batches; nothing, if it says nothing. The schema has held it. */
export function rolloutOf({ serial, max_failures }: Written): Rollout | undefined {
  if (serial === undefined && max_failures === undefined) return undefined
  return given({
    serial: serial === undefined ? undefined : ([serial].flat() as Amount[]),
    maxFailures: max_failures as Amount | undefined,
  })
}

/** The items in batches, in order. A part of them is rounded down, to one at least. Without sizes: one batch. */
export function batchesOf<T>(items: readonly T[], serial: readonly Amount[] = []): T[][] {
  if (serial.length === 0) return items.length === 0 ? [] : [[...items]]
  const batches: T[][] = []
  for (let from = 0; from < items.length; ) {
    const amount = serial[Math.min(batches.length, serial.length - 1)]!
    const size = Math.max(1, Math.floor(partOf(amount, items.length)))
    batches.push(items.slice(from, from + size))
    from += size
  }
  return batches
}

/** With how many failures of `total` it is enough: a part is rounded up, so that 25% of 10 are 3. */
export const failureLimit = (amount: Amount, total: number): number => Math.ceil(partOf(amount, total))

/** `25 % (3)`, `2`. */
export const describeLimit = (amount: Amount, total: number): string =>
  typeof amount === 'number' ? String(amount) : `${percentOf(amount)} % (${failureLimit(amount, total)})`

const partOf = (amount: Amount, total: number): number =>
  typeof amount === 'number' ? amount : (percentOf(amount) * total) / 100

const percentOf = (amount: `${number}%`): number => Number(amount.slice(0, -1))
