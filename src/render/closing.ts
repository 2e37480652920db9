import type { Report, Target } from '../events.js'
import type { Paint } from './color.js'
import { type Evidence, failureOf, failureText } from './failure.js'
import { type Failed, failureTexts } from './failures.js'
import type { OwnWords } from './own-words.js'
import { hasFailure, isCrowd, recap, recapLines, repeatLines, resultLines } from './summary.js'

interface Closing {
  readonly paint: Paint
  /** What was asked for is on the screen: a table, plans. */
  readonly hasResult: boolean
  /** How many steps were not run. */
  readonly skips: number
  /** What the plans come to. */
  readonly plans: readonly string[]
  evidenceOf(target: Target): Evidence | undefined
  /** Where many targets are compared: the words that are each one's own. */
  readonly own?: OwnWords
}

/** What stays on the screen: a line for each target, or for each kind of end; each failure in full; what it all comes to. */
export function closingLines(report: Report, { paint, hasResult, skips, plans, evidenceOf, own }: Closing): string[] {
  const failed = report.results.filter(hasFailure).map((target) => ({ target, evidence: evidenceOf(target) }))
  if (report.results.length === 0 || (hasResult && failed.length === 0)) return [...plans]
  const texts = own === undefined ? eachFailure(failed, paint) : failureTexts(failed, own, paint)
  const crowd = isCrowd(report)
  return [
    ...(crowd ? [] : resultLines(report, paint)),
    ...texts.flatMap((lines) => ['', ...lines]),
    ...(failed.length > 0 ? [''] : []),
    ...(crowd ? recapLines(report, paint, skips) : []),
    ...(!crowd && (report.results.length > 1 || skips > 0) ? [recap(report, paint, skips)] : []),
    ...repeatLines(report, paint),
  ]
}

function eachFailure(failed: readonly Failed[], paint: Paint): string[][] {
  const texts = new Set(failed.map(({ target, evidence }) => failureText(failureOf(target), evidence)))
  return [...texts].map((text) => {
    const [head = '', ...details] = text.split('\n')
    return [paint.red(head), ...details]
  })
}
