import type { Target } from '../events.js'
import type { Paint } from './color.js'
import type { Block, Variant } from './fold.js'
import { fewNames, foldNames } from './names.js'
import { counted } from './quantity.js'
import { targetName } from './target.js'
import { cut, displayWidth, pad } from './width.js'

/** Titles are often whole commands; in a heading so much of them is enough. */
export const widestTitle = 60

/** Names in front of differing lines are aligned up to this width. */
const widestNames = 32

interface BlockText {
  readonly title: string
  readonly stream: 'stdout' | 'stderr'
  readonly paint: Paint
  /** A line of one target: `web1 | text`. */
  line(target: Target, text: string): string
}

/**
 * A block as text. What several targets printed stands under a heading, `web[1-40] (40 hosts): uptime`, indented; what one has
 * printed has its name in front of each line.
 */
export function blockLines({ targets, lines }: Block, { title, stream, paint, line }: BlockText): string[] {
  const [first, ...others] = targets
  if (first !== undefined && others.length === 0) return lines.map((text) => line(first, String(text)))
  const labelled = lines.map((each) => (typeof each === 'string' ? each : labelsOf(each, targets.length)))
  const labels = labelled.flatMap((each) => (typeof each === 'string' ? [] : each.map(({ label }) => label)))
  const width = Math.min(widestNames, Math.max(0, ...labels.map(displayWidth)))
  const body = labelled.flatMap((each) => {
    if (typeof each === 'string') return [each]
    return each.map(({ label, text }) => `${paint.cyan(pad(label, width))} ${paint.dim('|')} ${text}`)
  })
  const what = `${stream === 'stderr' ? ', stderr' : ''}: ${cut(title, widestTitle)}`
  return [`${headingOf(targets, paint)}${paint.dim(what)}`, ...body.map((text) => (text === '' ? '' : `  ${text}`))]
}

/** Whose line it is. What most of the targets say comes last, and needs no long list of names. */
function labelsOf(variants: readonly Variant[], all: number): { label: string; text: string }[] {
  const most = variants.find(({ targets }) => targets.length > all / 2)
  const ordered = most === undefined ? variants : [...variants.filter((each) => each !== most), most]
  return ordered.map((variant) => {
    const { targets, text } = variant
    const isRest = variant === most && targets.length > fewNames
    return { label: isRest ? `the other ${targets.length}` : namesOf(targets), text }
  })
}

/** `web[1-40] (40 hosts)` */
export function headingOf(targets: readonly Target[], paint: Paint): string {
  const noun = targets.every(({ instance }) => instance === undefined)
    ? 'host'
    : targets.every(({ instance }) => instance !== undefined)
      ? 'instance'
      : 'target'
  return `${paint.bold(namesOf(targets))} (${counted(targets.length, noun)})`
}

const namesOf = (targets: readonly Target[]): string => foldNames(targets.map(targetName))
