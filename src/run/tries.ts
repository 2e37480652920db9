import { setTimeout as sleep } from 'node:timers/promises'
import { isOfTask, type Step, type WorkStep } from '../operations/step.js'

/** Counts how often steps have been tried: the one place that says whether one is tried again. */
export class Tries {
  readonly #counts = new Map<Step, number>()

  /** After a try that did not come to its end: whether there is another. */
  again(step: Step | undefined): step is WorkStep {
    if (step === undefined || !isOfTask(step)) return false
    const count = this.of(step) + 1
    this.#counts.set(step, count)
    return count <= step.retries
  }

  /** Tries that have not come to their end. */
  of(step: Step): number {
    return this.#counts.get(step) ?? 0
  }
}

/** The time between two tries, in seconds. A cancel ends it, and is seen by what comes next. */
export async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds > 0) await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
