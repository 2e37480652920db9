import type { Amount, Rollout } from '../config/rollout.js'
import { batchesOf, describeLimit, failureLimit } from '../config/rollout.js'
import type { HostSpec } from '../config/spec.js'
import type { RunEvent, TargetResult } from '../events.js'
import { emitEnd, unreached } from './hosts.js'
import { placeOf, type Run } from './run.js'

interface OnHost {
  readonly host: HostSpec
  readonly instance?: string
}

/** Does the work of one batch. `limit`: with how many more failed hosts it is enough. */
type Batch<T> = (run: Run, targets: readonly T[], limit: number) => Promise<readonly TargetResult[]>

/** A batch that has failed is not followed by another unless the file says how many failures are fine. */
const serialLimit: Amount = 1

/**
 * Works on hosts in batches, in order, and stops when too many have failed: after the batch; without batches, by beginning
 * no further host. What is not begun is reported as skipped.
 */
export async function inBatches<T extends OnHost>(
  run: Run,
  targets: readonly T[],
  { serial, maxFailures = serial && serialLimit }: Rollout,
  work: Batch<T>,
): Promise<TargetResult[]> {
  const hosts = [...new Set(targets.map(({ host }) => host))]
  const failures = new Failures(hosts.length, maxFailures)
  const emit: Run['emit'] = (event) => {
    run.emit(event)
    failures.watch(event)
  }
  const isOver = () =>
    run.isOver?.() || (run.failFast && failures.count > 0) || (serial === undefined && failures.isReached)
  const results: TargetResult[] = []
  for (const batch of batchesOf(hosts, serial)) {
    const own = targets.filter(({ host }) => batch.includes(host))
    const isDone = isOver() || failures.isReached
    results.push(...(isDone ? skipped(run, own) : await work({ ...run, emit, isOver }, own, failures.left)))
    const said = failures.say(results.length < targets.length || results.some(({ outcome }) => outcome === 'skipped'))
    if (said !== undefined) run.emit({ type: 'run:note', level: 'warning', text: said })
  }
  return results
}

const skipped = (run: Run, targets: readonly OnHost[]): TargetResult[] =>
  targets.map(({ host, instance }) => emitEnd(run, unreached(run, placeOf(host.name, instance), undefined)))

/** Counts the hosts on which something failed, those that were not reached among them. */
class Failures {
  readonly #failed = new Set<string>()
  readonly #total: number
  readonly #limit: Amount | undefined
  #isSaid = false

  constructor(total: number, limit: Amount | undefined) {
    this.#total = total
    this.#limit = limit
  }

  watch(event: RunEvent): void {
    if (event.type !== 'host:end' && event.type !== 'instance:end') return
    if (event.outcome === 'failed' || event.outcome === 'unknown') this.#failed.add(event.host)
  }

  get count(): number {
    return this.#failed.size
  }

  get left(): number {
    return this.#limit === undefined ? 1 : Math.max(1, failureLimit(this.#limit, this.#total) - this.count)
  }

  get isReached(): boolean {
    return this.#limit !== undefined && this.count >= failureLimit(this.#limit, this.#total)
  }

  /** `3 of 12 hosts failed; the limit is 25 % (3): …`, once, when that keeps something from being begun. */
  say(hasMore: boolean): string | undefined {
    if (this.#limit === undefined || !this.isReached || !hasMore || this.#isSaid) return undefined
    this.#isSaid = true
    const limit = describeLimit(this.#limit, this.#total)
    return `${this.count} of ${this.#total} hosts failed; the limit is ${limit}: the rest is not begun`
  }
}
