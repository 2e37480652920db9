import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { Word } from '../shell/command.js'
import { changedValues } from './keyed-digest.js'

/** The env of an instance as plain text, by names: for the host only. */
export const envTexts = ({ env }: Pick<InstanceSpec, 'env'>): Record<string, string> =>
  mapValues(env, (word) => textOf(word))

/**
 * How the env differs from that of the release that serves, a line a name, without values. Nothing where it is the same, or where
 * that release has told nothing of it.
 */
export function envLines({ env }: Pick<InstanceSpec, 'env'>, { current, salt }: InstanceFacts): string[] {
  if (current?.env === undefined || salt === undefined) return []
  const wanted = mapValues(env, (word) => ({
    value: textOf(word),
    isSecret: isSecret(word),
    isUnknown: isSecret(word) && textOf(word) === '',
  }))
  return changedValues('env', current.env, wanted, salt)
}

/** The secrets of the env whose values nobody has fetched. */
export const unknownSecrets = ({ env }: Pick<InstanceSpec, 'env'>): string[] =>
  Object.entries(env).flatMap(([name, word]) => (isSecret(word) && textOf(word) === '' ? [name] : []))

const isSecret = (word: Word): boolean => typeof word === 'object' && word.kind === 'secret'

function textOf(word: Word): string {
  if (typeof word === 'string') return word
  if (word.kind === 'secret') return word.value
  return word.kind === 'path' ? word.text : ''
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
