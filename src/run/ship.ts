import type { Session } from '../transport/session.js'
import type { Shipment } from './shipment.js'

const chunkSize = 256 * 1024
/** Contents that are read ahead while earlier ones are on the wire. */
const readAhead = 16

/** Sends the contents that the host lacks, in order, a bounded amount at a time. Stops when the run is cancelled. */
export async function ship(
  session: Pick<Session, 'write'>,
  shipment: Shipment,
  missing: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  let waiting: Uint8Array[] = []
  let size = 0
  const flush = async () => {
    const chunk = Buffer.concat(waiting)
    waiting = []
    size = 0
    for (let at = 0; at < chunk.length && !signal.aborted; at += chunkSize)
      await session.write(chunk.subarray(at, at + chunkSize))
  }
  const queue = missing.map((index) => shipment.blobs[index]).filter((blob) => blob !== undefined)
  for (let i = 0; i < queue.length && !signal.aborted; i += readAhead) {
    for (const content of await Promise.all(queue.slice(i, i + readAhead).map((blob) => blob.read()))) {
      waiting.push(content)
      size += content.length
      if (size >= chunkSize) await flush()
    }
  }
  await flush()
}
