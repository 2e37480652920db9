import type { StepResult } from '../config/condition.js'
import type { Failure } from '../errors.js'
import type { Outcome } from '../events.js'
import { isLock, isOfTask, type Step } from '../operations/step.js'
import { lostBeforeStart } from '../transport/connect-errors.js'
import type { ProgramEnd } from '../transport/session.js'
import type { ChannelEnd } from '../transport/transport.js'
import type { Compiled, Section } from './compile.js'
import { nameOf, type Run } from './run.js'
import { isShipped } from './shipment.js'
import type { FailedStep, StepWatch } from './step-watch.js'
import { sudoFailure } from './sudo-failure.js'

/** What became of a section's part in one program. */
export interface SectionEnd {
  readonly section: Section
  readonly outcome: Extract<Outcome, 'ok' | 'failed' | 'cancelled' | 'unknown'>
  readonly failure?: Failure
  /** How many of its steps ended well. */
  readonly done: number
  /** The step that failed, if one did. */
  readonly failed?: FailedStep
  readonly begun: ReadonlySet<Step>
  /** Its steps that ended, well or not, and those that it had on standby. */
  readonly ended: ReadonlySet<Step>
  /** Those that were to undo a switch; how they failed, if they did. */
  readonly undone: ReadonlyMap<Step, FailedStep | undefined>
  readonly results: ReadonlyMap<Step, StepResult>
  /** Of the file steps that ended well: whether they changed something. */
  readonly changes: ReadonlyMap<Step, boolean>
  /** The session was closed to stop what was being sent: what follows wants another. */
  readonly isClosed: boolean
}

/** How each section ended, from what its steps did and how the program ended. `noise` came before the runner's first word. */
export function sectionEnds(
  run: Run,
  compiled: Compiled,
  watch: StepWatch,
  end: ProgramEnd,
  noise: string,
): readonly SectionEnd[] {
  const shipping = compiled.shipment && compiled.placed.get(compiled.shipment.id)
  const shared = shipping && watch.failed.get(shipping.section)
  return compiled.sections.map((section) => {
    const done = watch.done.get(section) ?? 0
    const known = {
      section,
      done,
      begun: watch.begun,
      ended: watch.ended,
      undone: watch.undone,
      results: watch.results,
      changes: watch.changes,
      isClosed: watch.hasClosed,
    }
    const failed = failedIn(section, watch.failed.get(section), shared)
    if (failed !== undefined) {
      const outcome = run.signal.aborted ? 'cancelled' : 'failed'
      return { ...known, failed, outcome, failure: failureOf(run, section, failed, watch.shipError) }
    }
    if (end.lost && !end.begun) {
      return { ...known, outcome: 'failed', failure: notStarted(section.host, end.end, noise) }
    }
    if (end.lost) return { ...known, outcome: 'unknown', failure: lostFailure(run, section, watch, end) }
    const wanted = section.steps.filter((step) => step.kind !== 'files' && !step.quiet && !step.undoes).length
    return { ...known, outcome: done < wanted ? 'cancelled' : 'ok' }
  })
}

/** An upload for which its contents did not come fails for what went wrong with them. */
function failedIn(section: Section, own?: FailedStep, shared?: FailedStep): FailedStep | undefined {
  if (shared === undefined || shared.placed.step.kind === 'files') return own ?? shared
  const upload = section.steps.find(isShipped)
  if (upload === undefined || (own !== undefined && own.placed.step !== upload)) return own
  return { ...shared, placed: { ...shared.placed, section, step: upload } }
}

function failureOf(run: Run, section: Section, failed: FailedStep, shipError: unknown): Failure {
  const { step } = failed.placed
  const local = (step.kind === 'files' || isShipped(step)) && shipError !== undefined ? [String(shipError)] : []
  if (isLock(step) && failed.end.code === lockedCode) return lockedFailure(section, failed, run.again(section))
  if (failed.end.sudo !== undefined) return sudoFailure(section, failed, failed.end.sudo)
  return {
    kind: 'command',
    where: nameOf(section),
    what: `${step.title}: ${howItEnded(failed)}${run.signal.aborted ? notBegun(section, step) : ''}`,
    why: [...failed.lastWords, ...local],
    next: run.again(section),
  }
}

/** What the helper ends with where somebody else has the lock. */
const lockedCode = 75

/** Its first line says who has it, the others more of it; the last may be what helps. */
function lockedFailure(section: Section, { lastWords }: FailedStep, again: string): Failure {
  const lines = lastWords.map((line) => line.trim())
  const advice = lines.findIndex((line) => line.startsWith('try: '))
  const [what = 'the deploy lock is held', ...why] = advice < 0 ? lines : lines.slice(0, advice)
  const next = advice < 0 ? `${again} --lock-wait 5m` : lines[advice]!.slice('try: '.length)
  return { kind: 'locked', where: nameOf(section), what, why, next }
}

/** What a cancel left undone: the steps behind the one that it stopped. */
function notBegun({ steps }: Section, stopped: Step): string {
  const behind = steps.slice(steps.indexOf(stopped) + 1)
  const count = behind.filter((step) => !isOfTask(step) || !step.always).length
  return count === 0 ? '' : `; not begun: ${count} more step${count === 1 ? '' : 's'}`
}

/** `exited with 3`, `was killed by KILL`. */
export function howItEnded({ end, timedOut, placed }: FailedStep): string {
  if (timedOut) return `took longer than ${placed.step.timeout} s and was stopped, with all that it had started`
  if (end.stopped) return 'was stopped, with all that it had started'
  return end.signal === undefined ? `exited with ${end.code}` : `was killed by ${end.signal}`
}

/** A lost connection is never success: what the host did after it is not known. */
function lostFailure(
  run: Run,
  section: Section,
  watch: StepWatch,
  { end }: Extract<ProgramEnd, { lost: true }>,
): Failure {
  const how = end.signal === undefined ? 'the connection was lost' : `the runner was killed by ${end.signal}`
  const begun = watch.lastBegun?.step.title
  const after = begun === undefined ? `before step "${section.steps[0]?.title}"` : `after step "${begun}"`
  return {
    kind: 'command',
    where: nameOf(section),
    what: `${how}; the outcome is unknown ${after}`,
    next: `${run.again(section)}   (it starts from what is really there)`,
  }
}

/** The channel closed before the runner said a word: a login shell that refuses, a start-up file that ends it. */
export function notStarted(host: string, { code, signal }: ChannelEnd, noise: string): Failure {
  const why = noise.trim() === '' ? [] : noise.trim().split('\n').slice(-10)
  if (signal === undefined && code === undefined) return lostBeforeStart(host, why)
  return {
    kind: 'unreachable',
    where: host,
    what: `the login shell ${signal === undefined ? `ended with ${code}` : `was killed by ${signal}`} before it ran anything`,
    why,
    next: `ssh to ${host} and run: sh -c 'echo works'   (a nologin shell, or a start-up file that ends the shell, gives this)`,
  }
}
