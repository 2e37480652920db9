import { createHash } from 'node:crypto'
import type { Missing } from '../remote/helper.js'
import { gathered } from '../source/pieces.js'
import type { Session } from '../transport/session.js'
import type { Blob, Shipment } from './shipment.js'

/** What is read at once, ahead of the wire: so many contents, and bytes. A larger one goes piece by piece. */
const most = { contents: 16, bytes: 1 << 20 }
/** Bytes that are handed on at once. */
const chunkSize = 256 * 1024

/** Of the contents of a shipment, what a host asked for. */
interface Wanted {
  readonly blob: Blob
  /** What the host has of it: so many bytes with this SHA-256. */
  readonly begun?: readonly [size: number, digest: string]
}

/**
 * Sends the contents that the host lacks, in order. However large they are, a few megabytes of them are in memory. Stops when the
 * run is cancelled.
 */
export async function ship(
  session: Pick<Session, 'write'>,
  shipment: Shipment,
  missing: Missing,
  signal: AbortSignal,
): Promise<void> {
  const outlet = new Outlet(session, signal)
  for (const group of groups(wantedOf(shipment, missing))) {
    if (signal.aborted) return
    const [first] = group
    if (group.length === 1) for await (const piece of piecesOf(first!)) await outlet.push(piece)
    else
      for (const content of await Promise.all(group.map(({ blob }) => gathered(blob.pieces()))))
        await outlet.push(content)
  }
  await outlet.flush()
}

function wantedOf({ blobs }: Shipment, { indexes, begun = [] }: Missing): Wanted[] {
  const parts = new Map(begun.map(([index, ...part]) => [index, part]))
  return indexes.flatMap((index) => {
    const [blob, part] = [blobs[index], parts.get(index)]
    return blob === undefined ? [] : [{ blob, ...(part && { begun: part }) }]
  })
}

/** Small contents together, every other by itself. */
function groups(wanted: readonly Wanted[]): Wanted[][] {
  const found: Wanted[][] = []
  let room: { contents: number; bytes: number } = { contents: 0, bytes: 0 }
  for (const each of wanted) {
    const isAlone = each.begun !== undefined || each.blob.size > most.bytes
    if (isAlone || room.contents === 0 || room.bytes < each.blob.size) {
      found.push([])
      room = { ...most }
    }
    found.at(-1)!.push(each)
    room = isAlone ? { contents: 0, bytes: 0 } : { contents: room.contents - 1, bytes: room.bytes - each.blob.size }
  }
  return found
}

const piecesOf = ({ blob, begun }: Wanted): AsyncIterable<Uint8Array> =>
  begun === undefined ? blob.pieces() : goingOn(blob, ...begun)

/** `+` and the rest, if what the host has is how the content begins; otherwise `-` and all of it. */
async function* goingOn(blob: Blob, size: number, digest: string): AsyncGenerator<Uint8Array> {
  const isRest = (await digestOfFirst(blob, size)) === digest
  yield Buffer.from(isRest ? '+' : '-')
  let passed = isRest ? size : 0
  for await (const piece of blob.pieces()) {
    if (passed < piece.length) yield piece.subarray(passed)
    passed = Math.max(0, passed - piece.length)
  }
}

/** The SHA-256 of the first bytes; undefined where there are fewer. */
async function digestOfFirst(blob: Blob, size: number): Promise<string | undefined> {
  const hash = createHash('sha256')
  let left = size
  for await (const piece of blob.pieces()) {
    hash.update(piece.subarray(0, left))
    left -= piece.length
    if (left <= 0) break
  }
  return left > 0 ? undefined : hash.digest('hex')
}

/** Hands on what is pushed in chunks, a bounded amount at a time. */
class Outlet {
  readonly #session: Pick<Session, 'write'>
  readonly #signal: AbortSignal
  #waiting: Uint8Array[] = []
  #size = 0

  constructor(session: Pick<Session, 'write'>, signal: AbortSignal) {
    this.#session = session
    this.#signal = signal
  }

  async push(content: Uint8Array): Promise<void> {
    this.#waiting.push(content)
    this.#size += content.length
    if (this.#size >= chunkSize) await this.flush()
  }

  async flush(): Promise<void> {
    const chunk = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#size = 0
    for (let at = 0; at < chunk.length && !this.#signal.aborted; at += chunkSize)
      await this.#session.write(chunk.subarray(at, at + chunkSize))
  }
}
