import type { Failure } from '../errors.js'
import { isTurn } from '../operations/step.js'
import type { Section } from './compile.js'
import { nameOf } from './run.js'
import { howItEnded, type SectionEnd } from './section-end.js'

/** What undoes the switch of a section, in a program of its own. */
export const undoing = ({ steps, ...section }: Section): Section => ({
  ...section,
  steps: steps.filter(({ undoes }) => undoes),
  isUndoing: true,
})

/** Whether a section has begun to switch, has not come to its end, and has undone nothing although it could. */
export const isLeftTurned = (end: SectionEnd): boolean =>
  (end.outcome === 'failed' || end.outcome === 'cancelled') &&
  hasTurned(end) &&
  undoing(end.section).steps.length > 0 &&
  end.undone.size === 0

/** Whether others need not go back because of this host. One that was lost behind the switch goes on by itself. */
export const mayStay = (end: SectionEnd): boolean =>
  end.outcome === 'ok' || (end.outcome === 'unknown' && hasTurned(end))

const hasTurned = ({ section, begun }: SectionEnd): boolean =>
  section.hasTurned === true || section.steps.some((step) => isTurn(step) && begun.has(step))

/** The failure of a section, with what has become of its switch. */
export function failureWithUndone(end: SectionEnd): Failure | undefined {
  const { section, failure, outcome } = end
  if (outcome === 'ok' || !hasTurned(end) || undoing(section).steps.length === 0) return failure
  const { what, why = [], ...rest } = failure ?? { kind: 'interrupted', where: nameOf(section), what: 'cancelled' }
  return { ...rest, what, why: [...why, ...linesOfUndone(end)] }
}

/** What undoing a switch came to, for people. */
function linesOfUndone({ section, undone, outcome }: SectionEnd): string[] {
  if (undone.size === 0) return [outcome === 'unknown' ? goesOn : 'it was not switched back: the connection was lost']
  return undoing(section).steps.flatMap((step) => {
    if (!undone.has(step)) return [`not begun: ${step.title}`]
    const failed = undone.get(step)
    if (failed === undefined) return step.undone === undefined ? [] : [step.undone]
    return [`undoing it: ${step.title}: ${howItEnded(failed)}`, ...failed.lastWords]
  })
}

const goesOn = 'the host goes on by itself up to the health check, and switches back if that fails'

/** How a host ended that has been switched, and back again because of another one. */
export function switchedBack(end: SectionEnd, failed: string): ['skipped' | 'failed', Failure] {
  const { host, instance } = end.section
  const isBack = end.outcome === 'ok' && [...end.undone.values()].every((each) => each === undefined)
  const failure: Failure = {
    kind: 'command',
    where: nameOf({ host, instance }),
    what: `${isBack ? 'switched, and back again' : 'switched, but not back again'}, because ${failed} failed`,
    why: linesOfUndone(end),
    next: isBack ? `mend ${failed}, and run it again` : 'venvoy status',
  }
  return [isBack ? 'skipped' : 'failed', failure]
}
