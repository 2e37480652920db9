import type { Failure } from '../errors.js'
import type { Outcome, Report, TargetResult } from '../events.js'
import { clean } from './clean.js'
import type { Paint } from './color.js'
import { someNames } from './names.js'
import { counted, durationText } from './quantity.js'
import { targetName } from './target.js'
import { displayWidth, pad } from './width.js'

/** A word for how a target ended, finer than its outcome where a failure says more. */
type Verdict = Outcome | 'unreachable' | 'refused' | 'locked' | 'drifted'

/** In the order in which a recap names them: the good ones first, so that the end of the line is what to look at. */
const style: Readonly<Record<Verdict, keyof Omit<Paint, 'host'>>> = {
  changed: 'green',
  'would change': 'green',
  ok: 'green',
  unchanged: 'green',
  skipped: 'dim',
  cancelled: 'yellow',
  unknown: 'red',
  failed: 'red',
  locked: 'red',
  drifted: 'red',
  unreachable: 'red',
  refused: 'red',
}

const verdicts = Object.keys(style) as Verdict[]

/** A target whose end is nobody's wish. */
export function wentWrong({ outcome }: Pick<TargetResult, 'outcome'>): boolean {
  return outcome === 'failed' || outcome === 'unknown'
}

/** A target of which more is to be said than its outcome: what went wrong, what a cancel left, why it was skipped. */
export function hasFailure(result: Pick<TargetResult, 'outcome' | 'failure'>): boolean {
  return wentWrong(result) || result.failure !== undefined
}

/** `3 changed, 1 unchanged, 1 failed, 1 unreachable in 12.3 s`; `4 ok, 2 steps skipped in 0.8 s`. */
export function recap({ results, ms }: Report, paint: Paint, skippedSteps = 0): string {
  const seen = results.map(verdictOf)
  const parts = verdicts
    .map((verdict) => ({ verdict, count: seen.filter((other) => other === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => paint[style[verdict]](`${count} ${verdict}`))
  if (skippedSteps > 0) parts.push(paint.dim(`${counted(skippedSteps, 'step')} skipped`))
  return `${parts.join(', ')} in ${durationText(ms)}`
}

/** So many targets are still told one by one. */
const fewResults = 10

/** Names of one kind in a recap, beyond which there is a count. */
const mostNames = 10

/** Outcomes of which a number is enough. */
const unnamed: ReadonlySet<Verdict> = new Set<Verdict>(['changed', 'ok', 'unchanged'])

/** Whether there are too many targets to tell of each. */
export function isCrowd({ results }: Report): boolean {
  return results.length > fewResults
}

/** A line for each kind of end, with the names where it was not a good one: `failed  3: web17, web203, db4`. */
export function recapLines(report: Report, paint: Paint, skippedSteps = 0): string[] {
  const { results, ms } = report
  const kinds = verdicts
    .map((verdict) => ({ verdict, names: results.filter((each) => verdictOf(each) === verdict).map(targetName) }))
    .filter(({ names }) => names.length > 0)
  if (kinds.length === 1) return [recap(report, paint, skippedSteps)]
  const words = columnWidth(kinds.map(({ verdict }) => verdict))
  const digits = columnWidth(kinds.map(({ names }) => String(names.length)))
  const lines = kinds.map(({ verdict, names }) => {
    const count = paint[style[verdict]](`${pad(verdict, words)}  ${String(names.length).padStart(digits)}`)
    return unnamed.has(verdict) ? count : `${count}: ${someNames(names, mostNames)}`
  })
  const skips = skippedSteps > 0 ? [paint.dim(`${counted(skippedSteps, 'step')} skipped`)] : []
  return [...lines, ...skips, `in ${durationText(ms)}`]
}

/** One line for each target that failed: `staging@web1: pip exited with 1`. */
export function failureLines({ results }: Report, paint: Paint): string[] {
  return results.filter(wentWrong).map((result) => {
    const what = clean(result.failure?.what.split('\n')[0] ?? verdictOf(result), false)
    return `  ${paint.red(targetName(result))}: ${what}`
  })
}

/** The last state of each target, aligned: `✔ staging@web1  changed  12.3 s`. */
export function resultLines({ results }: Report, paint: Paint): string[] {
  const names = columnWidth(results.map(targetName))
  const words = columnWidth(results.map(verdictOf))
  return results.map((result) => {
    const verdict = verdictOf(result)
    const name = pad(targetName(result), names)
    const time = paint.dim(durationText(result.ms))
    return `${mark(result.outcome, paint)} ${name}  ${paint[style[verdict]](pad(verdict, words))}  ${time}`
  })
}

/** How to run the same again, and where its logs are; nothing where all went well. */
export function repeatLines({ command, results, folder, retry }: Report, paint: Paint): string[] {
  if (!results.some(wentWrong)) return []
  const logs = folder === undefined ? [] : [`logs: ${clean(folder, false)}`]
  const again = retry === undefined ? [] : [`only what failed: venvoy ${clean(retry, false)}`]
  return [`repeat: venvoy ${clean(command, false)}`, ...again, ...logs].map(paint.dim)
}

/** The sign in front of a target: done, failed, left out. */
export function mark(outcome: Outcome, paint: Paint): string {
  if (wentWrong({ outcome })) return paint.red('✘')
  if (outcome === 'cancelled') return paint.yellow('◼')
  return outcome === 'skipped' ? paint.dim('↓') : paint.green('✔')
}

function verdictOf({ outcome, failure }: Pick<TargetResult, 'outcome'> & { readonly failure?: Failure }): Verdict {
  if (outcome !== 'failed') return outcome
  if (failure?.kind === 'unreachable') return 'unreachable'
  if (failure?.kind === 'host-key') return 'refused'
  if (failure?.kind === 'difference') return 'drifted'
  return failure?.kind === 'locked' ? 'locked' : 'failed'
}

function columnWidth(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth))
}
