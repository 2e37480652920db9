import { constants } from 'node:os'
import { createProgram } from './program.js'
import { markTaskWords } from './task-words.js'

const builtIn = {
  deploy: async () => (await import('../../tasks/deploy.js')).deploy,
  rollback: async (to: number | undefined) => (await import('../../tasks/rollback.js')).rollback(to),
  venvRollback: async (to: string | undefined) => (await import('../../tasks/venv-rollback.js')).venvRollback(to),
  remove: async (keepShared: boolean) => (await import('../../tasks/remove.js')).remove(keepShared),
  services: async (verb: 'start' | 'stop' | 'restart', names: readonly string[] | undefined) =>
    (await import('../../tasks/services.js')).services(verb, names),
  freeze: async () => (await import('../../tasks/freeze.js')).freeze,
}

/** The composition root: the process meets the program here, and nowhere else. */
async function main(): Promise<void> {
  const cancel = new AbortController()
  let exitCode = 0
  // Until it is known otherwise: a process that ends because nothing is left to wait for has not done what it was to do.
  process.exitCode = 13
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second one leaves at once, by way of `exit`, where the terminal is put right. The hosts see the connection close.
      if (cancel.signal.aborted) process.exit(128 + constants.signals[signal])
      cancel.abort(new DOMException('cancelled', 'AbortError'))
    })
  }
  const program = createProgram(async (act) => {
    const { processWorld } = await import('./process-world.js')
    exitCode = await act(processWorld(cancel.signal))
  }, builtIn)
  try {
    await program.parseAsync(markTaskWords(program, process.argv.slice(2)), { from: 'user' })
  } catch (error) {
    const { describeError } = await import('./describe-error.js')
    const { text, exitCode: code } = describeError(error)
    if (text !== '') process.stderr.write(`${text}\n`)
    exitCode = code
  }
  process.exitCode = exitCode
}

void main()
