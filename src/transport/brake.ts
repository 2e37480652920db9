import type { Readable } from 'node:stream'
import type { Brake } from './transport.js'

/** Hands on what comes, and reads no further while whoever shows it is behind: the command then waits, as for any slow reader. */
export function readBraked(source: Readable, onChunk: (chunk: Buffer) => void, brake: Brake | undefined): void {
  source.on('data', (chunk: Buffer) => {
    onChunk(chunk)
    const wait = brake?.()
    if (wait === undefined) return
    source.pause()
    void wait.then(() => source.resume())
  })
}
