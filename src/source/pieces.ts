import { open } from 'node:fs/promises'

/** A content as it is read: of a large one, only a piece is in memory. */
export type Pieces = AsyncIterable<Uint8Array>

/** Bytes of a piece, at most. */
export const pieceSize = 256 * 1024

/** The content of a file. It is opened when the first piece is asked for. */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    for (let done = 0; done < size; ) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(size - done, pieceSize)))
      if (bytesRead === 0) return
      done += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** All of it at once. */
export async function gathered(pieces: Pieces): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return Buffer.concat(found)
}
