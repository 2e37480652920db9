import type { ReadStream, WriteStream } from 'node:tty'
import type { Terminal } from '../transport/transport.js'

/** The terminal of this process; `kind` is its TERM. */
export function processTerminal(stdin: ReadStream, stdout: WriteStream, kind: string): Terminal {
  return {
    kind,
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    take(onTyped, onResize) {
      stdin.setRawMode(true)
      stdin.on('data', onTyped)
      stdin.resume()
      stdout.on('resize', onResize)
      return () => {
        stdout.off('resize', onResize)
        stdin.off('data', onTyped)
        stdin.setRawMode(false)
        stdin.pause()
      }
    },
    write: (chunk) => void stdout.write(chunk),
  }
}
