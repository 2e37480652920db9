import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { Word } from '../shell/command.js'
import { keyedDigest } from './keyed-digest.js'

/** The env of an instance as plain text, by names: for the host only. */
export const envTexts = ({ env }: Pick<InstanceSpec, 'env'>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([name, word]) => [name, textOf(word)]))

/**
 * How the env differs from that of the release that serves, a line a name, without values. Nothing where it is the same, or where
 * that release has told nothing of it.
 */
export function envLines(spec: Pick<InstanceSpec, 'env'>, { current, salt }: InstanceFacts): string[] {
  const { env: before } = current ?? {}
  if (before === undefined || salt === undefined) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(spec.env)])].sort()
  return names.flatMap((name) => {
    const word = spec.env[name]
    if (word === undefined) return [`- env ${name}`]
    if (before[name] === undefined) return [`+ env ${name}${kindOf(word)}`]
    const isSame = isUnknown(word) || before[name] === keyedDigest(salt, name, textOf(word))
    return isSame ? [] : [`~ env ${name}${kindOf(word)}`]
  })
}

/** The secrets of the env whose values nobody has fetched: whether they have changed cannot be said. */
export const unknownSecrets = ({ env }: Pick<InstanceSpec, 'env'>): string[] =>
  Object.entries(env).flatMap(([name, word]) => (isUnknown(word) ? [name] : []))

const isUnknown = (word: Word): boolean => typeof word === 'object' && word.kind === 'secret' && word.value === ''

const kindOf = (word: Word): string => (typeof word === 'object' && word.kind === 'secret' ? ' (a secret)' : '')

function textOf(word: Word): string {
  if (typeof word === 'string') return word
  if (word.kind === 'secret') return word.value
  return word.kind === 'path' ? word.text : ''
}
