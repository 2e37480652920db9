import type { Failure } from '../errors.js'
import type { Outcome, Target } from '../events.js'
import { alikeLines } from './alike.js'
import type { Paint } from './color.js'
import { type Evidence, failureOf, failureText } from './failure.js'
import { headingOf } from './fold-text.js'
import type { OwnWords } from './own-words.js'
import { targetName } from './target.js'

/** A target of which more is to be said than its outcome. */
export interface Failed {
  readonly target: Target & { readonly outcome: Outcome; readonly failure?: Failure }
  readonly evidence: Evidence | undefined
}

/** The failures of many targets, those that are the same but for the targets' own words as one. The first line of each is a heading. */
export function failureTexts(failed: readonly Failed[], own: OwnWords, paint: Paint): string[][] {
  const told = failed.map((each) => toldOf(each, own))
  const alike = alikeLines(told)
  const groups = new Map<string, { text: string; group: Told[] }>()
  told.forEach((each, at) => {
    const text = alike[at]!.join('\n')
    const key = `${each.masked === undefined ? '=' : '~'} ${text}`
    const known = groups.get(key) ?? { text, group: [] }
    groups.set(key, known)
    known.group.push(each)
  })
  return [...groups.values()].map(({ text, group }) => {
    const targets = [...new Map(group.map(({ target }) => [targetName(target), target])).values()]
    const isOneText = group.every(({ whole }) => whole === group[0]!.whole)
    const [head = '', ...details] = (isOneText ? group[0]!.whole : text).split('\n')
    return isOneText ? [paint.red(head), ...details] : [`${headingOf(targets, paint)}: ${paint.red(head)}`, ...details]
  })
}

interface Told {
  readonly target: Target
  /** All of it, for one target. */
  readonly whole: string
  /** Without the target in front. */
  readonly lines: readonly string[]
  readonly masked: readonly string[] | undefined
}

function toldOf({ target, evidence }: Failed, own: OwnWords): Told {
  const { where, ...failure } = failureOf(target)
  const { host, instance } = target
  const isOwn = where === host || where === `${instance} on ${host}`
  const whole = failureText({ ...failure, ...(where !== undefined && { where }) }, evidence)
  const text = isOwn ? failureText(failure, evidence) : whole
  return { target, whole, lines: text.split('\n'), masked: own.maskOf(target)(text)?.split('\n') }
}
