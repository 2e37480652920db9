import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { VenvoyError } from '../errors.js'
import { cleanLines } from '../render/clean.js'
import type { Ask } from '../transport/transport.js'

/** Questions to the person at the terminal, on stderr: stdout belongs to what commands print. One at a time. */
export function askAtTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream, signal: AbortSignal): Ask {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(question: () => Promise<T>): Promise<T> => {
    const answer = last.then(question)
    last = answer.catch(() => {})
    return answer
  }
  return {
    confirm: (question) =>
      inTurn(async () => /^y(es)?$/i.test((await readLine(input, output, `${question} [y/N] `, true, signal)).trim())),
    secret: (prompt) =>
      inTurn(async () => {
        const line = await readLine(input, output, prompt, false, signal)
        output.write('\n')
        return line
      }),
  }
}

function readLine(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  prompt: string,
  isShown: boolean,
  signal: AbortSignal,
): Promise<string> {
  // A host words some prompts (a second factor, a banner before it): it must not reach further than its words.
  const question = cleanLines(prompt).join('\n')
  // readline edits the line and echoes it; what must not show is echoed into nothing. A prompt that wraps must be readline's
  // own, or its second line is erased.
  if (!isShown) output.write(question)
  const echo = isShown ? output : new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: echo, terminal: true })
  return new Promise((resolve, reject) => {
    const stop = (error: Error) => {
      reject(error)
      lines.close()
    }
    const cancelled = () => stop(new VenvoyError({ kind: 'interrupted', what: 'cancelled' }))
    // A question that waited for its turn may come after the cancel.
    if (signal.aborted) return cancelled()
    signal.addEventListener('abort', cancelled, { once: true })
    // In raw mode Ctrl-C is a key of readline's, not a signal.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    lines.once('close', () => {
      signal.removeEventListener('abort', cancelled)
      reject(new VenvoyError({ kind: 'interrupted', what: 'no answer: the terminal closed' }))
    })
    lines.question(isShown ? question : '', (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}
