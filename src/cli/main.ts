#!/usr/bin/env node
import { createProgram } from './program.js'

/** The composition root: the process meets the program here, and nowhere else. */
async function main(): Promise<void> {
  const cancel = new AbortController()
  let exitCode = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second one leaves at once: what runs on the hosts is told by the connection that closes.
      if (cancel.signal.aborted) leaveAtOnce(signal)
      cancel.abort(new DOMException('cancelled', 'AbortError'))
      process.stderr.write(`\n${signal}: stopping what runs; once more to leave at once\n`)
    })
  }
  const program = createProgram(async (act) => {
    const { processWorld } = await import('./process-world.js')
    exitCode = await act(processWorld(cancel.signal))
  })
  try {
    await program.parseAsync()
  } catch (error) {
    const { describeError } = await import('./describe-error.js')
    const { text, exitCode: code } = describeError(error)
    if (text !== '') process.stderr.write(`${text}\n`)
    exitCode = code
  }
  process.exitCode = exitCode
}

/** As the signal does by itself, so that a shell sees what ended us. */
function leaveAtOnce(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

await main()
