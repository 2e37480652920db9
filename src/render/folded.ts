import type { Target } from '../events.js'
import type { Paint } from './color.js'
import { fold } from './fold.js'
import { blockLines, widestTitle } from './fold-text.js'
import type { GatheredStep } from './gathering.js'
import type { OutputPrefix } from './prefix.js'
import { durationText } from './quantity.js'
import type { OpenStep, Stream } from './steps.js'
import { targetName } from './target.js'
import { cut } from './width.js'

/** With more targets than this, what they print is folded; fewer are followed line by line. */
const fewTargets = 3

/** How long output is held back before it is said how to see it. */
export const patience = 10_000

export const heldNote = 'output is shown when a step has ended on all; --stream shows it as it comes'

/** Who sees the output, and how they want it. */
interface Audience {
  /** As it comes. */
  readonly stream: boolean
  /** Folded, whoever sees it. */
  readonly fold: boolean
  readonly inBuild: boolean
  readonly onTerminal: boolean
}

/**
 * Whether the output of so many targets is held back and folded. That is for people: what goes to a file or another program has
 * the target in front of each line. In a build nobody watches: there, that of two is folded, too.
 */
export function isFolded(targets: number, { stream, fold, inBuild, onTerminal }: Audience): boolean {
  if (stream) return false
  return targets > (inBuild || fold ? 1 : onTerminal ? fewTargets : Number.POSITIVE_INFINITY)
}

/** What is said when a step prints too much to be held back. */
export const letGoNote = ({ name, title }: OpenStep): string =>
  `${name}: ${title} prints more than can be held back: it is shown as it comes`

/** What a step printed on one of its streams, everywhere. */
export function foldedLines(step: GatheredStep, stream: Stream, prefix: OutputPrefix, paint: Paint): string[] {
  const line = (target: Target, text: string) => prefix.line({ name: targetName(target), target }, text)
  return fold(step.printed(stream)).flatMap((block) => blockLines(block, { title: step.title, stream, paint, line }))
}

/** How a step ended on all targets: `uptime: 197 ok, 3 failed, 0.1 s to 3.2 s`; nothing where it never did. */
export function stepEndsText(step: GatheredStep): string | undefined {
  const ends = step.ends()
  if (ends.length === 0) return undefined
  const words = [...new Set(ends.map(({ outcome }) => outcome))]
  const counts = words.map((word) => `${ends.filter(({ outcome }) => outcome === word).length} ${word}`)
  const times = ends.map(({ ms }) => ms)
  const [shortest, longest] = [durationText(Math.min(...times)), durationText(Math.max(...times))]
  const time = shortest === longest ? longest : `${shortest} to ${longest}`
  return `${cut(step.title, widestTitle)}: ${counts.join(', ')}, ${time}`
}

/** Whether how it ended is worth a line: it took its time, or went wrong somewhere. */
export function isWorthALine(step: GatheredStep, ms: number): boolean {
  return step.ends().some(({ outcome, ms: took }) => took >= ms || outcome === 'failed' || outcome === 'unknown')
}
