import { holds, type Known, resultsIn, type StepResult } from '../config/condition.js'
import type { Facts } from '../config/facts.js'
import type { Failure } from '../errors.js'
import type { TargetResult } from '../events.js'
import { type ConfirmStep, isAlways, isOfTask, type Step, type TaskStep, type WorkStep } from '../operations/step.js'
import type { Section } from './compile.js'
import { nameOf, outcomeOf, placeOf, type Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import { isShipped } from './shipment.js'
import type { TargetSteps } from './target-steps.js'
import { factsOf, isDue, leftOutBy, together } from './together.js'
import { Tries } from './tries.js'
import { unknownTo, wouldNote, wouldSay } from './would.js'

/** What a target does next: steps that need nothing in between, here or on its host, or a question. */
export type Turn =
  | { readonly kind: 'steps'; readonly isLocal: boolean; readonly isFinal: boolean; readonly section: Section }
  | { readonly kind: 'confirm'; readonly step: ConfirmStep }
  /** Its conditions want facts. */
  | { readonly kind: 'facts' }

/**
 * The way of one target through its steps. A turn ends where what comes next depends on what has been: on a result, on an answer,
 * on whether a step is tried again, on the other machine. After a failure, only what always runs is left.
 */
export class TargetRun {
  readonly target: TargetSteps
  readonly #run: Run
  #rest: readonly TaskStep[]
  #later: readonly TaskStep[] = []
  readonly #results = new Map<string, StepResult>()
  #facts: Partial<Facts> | undefined
  readonly #tries = new Tries()
  #isBroken = false
  #hostIsGone = false
  #end: Pick<SectionEnd, 'outcome' | 'failure'> = { outcome: 'ok' }
  #done = 0
  /** Of each file step that ended well: whether it changed something. */
  readonly #changes: boolean[] = []
  /** Results of what a dry run has not done. */
  readonly #notDone = new Set<string>()
  /** Seconds before its next turn. */
  pause = 0

  constructor(run: Run, target: TargetSteps) {
    this.#run = run
    this.target = target
    this.#rest = target.steps
  }

  /** Nothing, when it is through. */
  next(): Turn | undefined {
    if (this.#isBroken) this.#rest = this.#rest.filter((step) => this.#stillRuns(step))
    const first = this.#due()
    if (first === undefined) return undefined
    if (this.#asksFacts(first)) return { kind: 'facts' }
    if (first.kind === 'confirm') return { kind: 'confirm', step: first }
    const { steps, leftOut, later, isAll } = together(this.#rest, this.#known, (step) => this.#said(step) !== undefined)
    this.#later = later
    const last = steps.at(-1)
    const triedAgain = last !== undefined && this.#tries.of(last) < last.retries ? last : undefined
    const mayRepeat = steps.some((step) => step.retries > 0)
    const standby = first.isLocal ? [] : this.#standby(steps, later)
    const { host, instance } = this.target
    return {
      kind: 'steps',
      isLocal: first.isLocal === true,
      isFinal: isAll && !mayRepeat,
      section: {
        ...placeOf(host.name, instance),
        steps,
        leftOut,
        ...(standby.length > 0 && { standby, ...(triedAgain && { triedAgain }) }),
      },
    }
  }

  /** How its turn ended. */
  took(end: SectionEnd): void {
    this.#done += end.done
    for (const changed of end.changes.values()) this.#changes.push(changed)
    for (const [step, result] of end.results)
      if (isOfTask(step) && step.register !== undefined && end.section.steps.includes(step))
        this.#results.set(step.register, result)
    const again = this.#again(end)
    if (again !== undefined) this.#rest = this.#rest.slice(this.#rest.indexOf(again))
    else if (end.outcome === 'ok' && !this.#isUnreached(end)) this.#rest = this.#later
    else this.#break(end)
  }

  /** The person's answer to its question. */
  answered(isYes: boolean): void {
    const [question, ...rest] = this.#rest
    this.#rest = rest
    if (isYes || question === undefined) return
    const where = nameOf(placeOf(this.target.host.name, this.target.instance))
    this.#stop({
      outcome: 'cancelled',
      failure: { kind: 'interrupted', where, what: `not confirmed: ${question.title}` },
    })
  }

  /** Its host cannot be reached. */
  unreached(failure: Failure): void {
    this.#hostIsGone = true
    const isCancel = failure.kind === 'interrupted'
    this.#stop({ outcome: isCancel ? 'cancelled' : 'failed', ...(!isCancel && { failure }) })
  }

  get end(): Pick<TargetResult, 'outcome' | 'failure'> & { readonly done: number } {
    const { outcome } = this.#end
    const known = outcomeOf({ steps: this.#done, changes: this.#changes, dryRun: this.#run.dryRun })
    return { ...this.#end, outcome: outcome === 'ok' ? known : outcome, done: this.#done }
  }

  /** What its host has answered, and what its steps are then. */
  knows(facts: Partial<Facts>, steps: readonly TaskStep[] = this.#rest): void {
    this.#facts = facts
    this.#rest = steps
  }

  get #known(): Known {
    return { results: this.#results, facts: this.#facts }
  }

  /** The next step that is to be done, or has to ask for facts first. */
  #due(): TaskStep | undefined {
    for (;;) {
      const [step] = this.#rest
      if (step === undefined || this.#asksFacts(step) || !this.#passes(step)) return step
      this.#rest = this.#rest.slice(1)
    }
  }

  /** Whether a step is passed over: it is left out, or a dry run only says what it would do. What is to be known of it is said. */
  #passes(step: TaskStep): boolean {
    const place = placeOf(this.target.host.name, this.target.instance)
    const said = this.#said(step)
    if (said !== undefined) {
      this.#run.emit(wouldNote(place, said))
      if (isOfTask(step) && step.register !== undefined) this.#notDone.add(step.register)
      this.#changes.push(true)
    } else if (this.#isDue(step)) return false
    else this.#run.emit({ type: 'step:skip', ...place, ...leftOutBy(step, this.#known) })
    return true
  }

  /** What a dry run says of a step instead of doing it. */
  #said(step: TaskStep): string | undefined {
    if (!this.#run.dryRun) return undefined
    const open = unknownTo(step, this.#notDone)
    if (open !== undefined) return `${step.title}: depends on results.${open}`
    return this.#isDue(step) ? wouldSay(step) : undefined
  }

  /** They are asked for before its first step there: the question travels with the request for the channel. */
  #asksFacts(first: TaskStep): boolean {
    if (this.#facts !== undefined || this.#hostIsGone) return false
    if (this.target.settle !== undefined) return true
    const isThere = isOfTask(first) && !first.isLocal
    return (isThere ? this.#rest : [first]).some((step) => factsOf(step).length > 0)
  }

  #isDue(step: TaskStep): boolean {
    return isDue(step, this.#known)
  }

  #stillRuns(step: TaskStep): boolean {
    return isAlways(step) && (step.isLocal === true || !this.#hostIsGone)
  }

  #standby(steps: readonly WorkStep[], later: readonly TaskStep[]): WorkStep[] {
    const made = new Set(steps.map(({ register }) => register))
    return later
      .filter(isAlways)
      .filter(
        (step) =>
          !step.isLocal &&
          !isShipped(step) &&
          this.#isDue(step) &&
          !(step.when && resultsIn(step.when).some((name) => made.has(name))),
      )
  }

  /** The step to try again, if there is one. */
  #again(end: SectionEnd): WorkStep | undefined {
    const failed = end.outcome === 'failed' ? end.failed?.placed.step : undefined
    const step = failed ?? (this.#isUnreached(end) ? end.section.steps.at(-1) : undefined)
    this.pause = 0
    if (this.#run.signal.aborted || end.failed?.end.sudo !== undefined || !this.#tries.again(step)) return undefined
    this.pause = step.delay ?? 0
    // The try that did not count is counted again.
    if (failed === undefined) this.#done -= 1
    return step
  }

  /** Whether the last step ended without what it is repeated for. */
  #isUnreached({ outcome, section, results }: SectionEnd): boolean {
    const step = section.steps.at(-1)
    if (outcome !== 'ok' || step === undefined || !isOfTask(step) || step.until === undefined) return false
    const own = results.get(step)
    return own !== undefined && !holds(step.until, { ...this.#known, results: new Map([...this.#results, ['', own]]) })
  }

  #break(end: SectionEnd): void {
    this.#rest = this.#rest.filter((step) => isAlways(step) && !end.ended.has(step))
    if (end.outcome === 'unknown') this.#hostIsGone = true
    if (end.outcome !== 'ok') {
      this.#stop(end)
      return
    }
    const step = end.section.steps.at(-1)!
    if (isOfTask(step) && step.warnOnly) this.#rest = this.#later
    else this.#stop({ outcome: 'failed', failure: this.#notReached(step, end) })
  }

  #notReached(step: Step, { section, results }: SectionEnd): Failure {
    const { stdout = '', stderr = '', code } = results.get(step) ?? {}
    const tries = Math.max(1, this.#tries.of(step))
    this.#done -= 1
    return {
      kind: 'command',
      where: nameOf(section),
      what: `${step.title}: \`until\` did not hold after ${tries} tries; the last exited with ${code}`,
      why: [...stdout.split('\n'), ...stderr.split('\n')].filter((line) => line !== '').slice(-10),
      next: this.#run.again(section),
    }
  }

  /** The first reason stands. */
  #stop({ outcome, failure }: Pick<SectionEnd, 'outcome' | 'failure'>): void {
    if (!this.#isBroken) this.#end = { outcome, ...(failure !== undefined && { failure }) }
    this.#isBroken = true
  }
}
