import type { Readable, Writable } from 'node:stream'
import type { ServerChannel } from 'ssh2'

/** The two streams of a channel, written one chunk at a time. */
interface ChannelOutlet {
  /** Copies a stream to its end or until the outlet is closed, no faster than the client takes it. Never rejects. */
  copy(from: Readable, to: Writable): Promise<void>
  /** Gives up what has not been taken: the client is gone. */
  close(): void
}

/** Where ssh2 keeps what waits for the window, when nothing waits. */
const sent = { _chunk: undefined, _chunkcb: undefined, _chunkErr: undefined, _chunkcbErr: undefined }

/**
 * Copies to stdout and stderr of a channel in turn.
 *
 * ssh2 1.17 keeps the chunk that waited for the client's window after it was sent, and resumes only one of the two
 * streams: when both are written at once, output is lost, doubled, or stands still.
 */
export function createOutlet(channel: ServerChannel): ChannelOutlet {
  let turn = Promise.resolve()
  let open = true
  let release = () => {}

  const write = (to: Writable, chunk: Uint8Array) =>
    new Promise<void>((resolve) => {
      if (!open) return resolve()
      release = resolve
      to.write(chunk, () => {
        Object.assign(channel, sent)
        resolve()
      })
    })

  const inTurn = (to: Writable, chunk: Uint8Array) => {
    turn = turn.then(() => write(to, chunk))
    return turn
  }

  return {
    async copy(from, to) {
      try {
        for await (const chunk of from) await inTurn(to, chunk)
      } catch {
        // The pipe was closed before its end: what came through has been sent.
      }
    },
    close() {
      open = false
      release()
    },
  }
}
