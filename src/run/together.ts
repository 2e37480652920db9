import { answerOf, factsIn, holds, type Known, resultsIn, whyNot } from '../config/condition.js'
import type { Fact } from '../config/facts.js'
import type { LeftOut } from '../events.js'
import { isAlways, type Step, type TaskStep, type WorkStep } from '../operations/step.js'
import { isShipped } from './shipment.js'

/** The steps of one program. */
interface Together {
  readonly steps: readonly WorkStep[]
  /** What is left out in front of each. */
  readonly leftOut: ReadonlyMap<Step, readonly LeftOut[]>
  readonly later: readonly TaskStep[]
  /** Nothing is to be run behind them. */
  readonly isAll: boolean
}

/** As many steps from the start of the rest as one program can have, here or on the host, as the first wants it, up to what `isApart`. */
export function together(
  rest: readonly TaskStep[],
  known: Known,
  isApart: (step: TaskStep) => boolean = () => false,
): Together {
  const steps: WorkStep[] = []
  const leftOut = new Map<Step, readonly LeftOut[]>()
  const made = new Set<string>()
  let waiting: LeftOut[] = []
  let end = 0
  let i = 0
  for (; i < rest.length; i++) {
    const step = rest[i]!
    if (step.kind === 'confirm' || isApart(step) || isLocal(step) !== isLocal(rest[0]!)) break
    if (step.when !== undefined && resultsIn(step.when).some((name) => made.has(name))) break
    if (!isDue(step, known)) {
      waiting.push(leftOutBy(step, known))
      continue
    }
    // What it sends comes before all steps of a program.
    if (isShipped(step) && steps.length > 0) break
    steps.push(step)
    leftOut.set(step, waiting)
    waiting = []
    end = i + 1
    if (step.register !== undefined) made.add(step.register)
    // What always runs must not run before the last try.
    if (step.until !== undefined || (step.retries > 0 && rest.slice(end).some(isAlways))) break
  }
  return { steps, leftOut, later: rest.slice(end), isAll: Math.max(i, end) === rest.length }
}

export const isDue = ({ when }: TaskStep, known: Known): boolean => when === undefined || holds(when, known)

/** A step whose condition does not hold, as it is told. */
export const leftOutBy = ({ title, when }: TaskStep, known: Known): LeftOut => ({
  title,
  when: (when && whyNot(when, known)) ?? '',
})

/** The facts that a step wants; none where names alone say that it is left out. */
export const factsOf = (step: TaskStep): readonly Fact[] =>
  step.when !== undefined && answerOf(step.when) === false
    ? []
    : [...factsIn(step.when), ...factsIn(step.kind === 'run' ? step.until : undefined)]

const isLocal = (step: TaskStep): boolean => step.kind === 'run' && step.isLocal === true
