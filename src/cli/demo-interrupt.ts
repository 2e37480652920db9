import { VenvoyError } from '../errors.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The wish of a person to stop, as the demo's parts see it. */
export interface Interrupt {
  /** Aborted by the first signal: finish politely. */
  readonly first: AbortSignal
  /** Aborted by the second one: wait for nobody, but still clean up. */
  readonly second: AbortSignal
  /** Throws when somebody wants to stop. */
  check(): void
  /** Gives the signals back to those who had them. */
  dispose(): void
}

/**
 * Takes Ctrl-C and its relatives away from whoever listens to them, so that not even the second one ends the program
 * before everything is cleaned up.
 */
export function watchInterrupts(): Interrupt {
  const [first, second] = [new AbortController(), new AbortController()]
  const onSignal = () => (first.signal.aborted ? second : first).abort()
  const giveBack = signals.map((signal) => takeOver(signal, onSignal))
  return {
    first: first.signal,
    second: second.signal,
    check() {
      if (first.signal.aborted) throw new VenvoyError({ kind: 'interrupted', where: 'demo', what: 'interrupted' })
    },
    dispose() {
      for (const give of giveBack) give()
    },
  }
}

function takeOver(signal: NodeJS.Signals, listener: () => void): () => void {
  const earlier = process.listeners(signal) as NodeJS.SignalsListener[]
  process.on(signal, listener)
  for (const each of earlier) process.off(signal, each)
  return () => {
    for (const each of earlier) process.on(signal, each)
    process.off(signal, listener)
  }
}
