import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { Word } from '../shell/command.js'
import { changedValues } from './keyed-digest.js'

type Told = Pick<InstanceSpec, 'env' | 'services' | 'cron'>

/** The env of an instance, that of its services as `web:NAME`, and that of its lines of cron as `cron 1:NAME`. */
const allEnv = ({ env, services = [], cron = [] }: Told): Record<string, Word> => {
  const all = [...services, ...cron.map((job) => ({ ...job, name: `cron ${job.name}` }))]
  const own = all.flatMap((each) => {
    return Object.entries(each.env).map(([name, word]) => [`${each.name}:${name}`, word] as const)
  })
  return { ...env, ...Object.fromEntries(own) }
}

/** The env of an instance as plain text, by names: for the host only. */
export const envTexts = (spec: Told): Record<string, string> => mapValues(allEnv(spec), (word) => textOf(word))

/**
 * How the env differs from that of the release that serves, a line a name, without values. Nothing where it is the same, or where
 * that release has told nothing of it.
 */
export function envLines(spec: Told, { current, salt }: InstanceFacts): string[] {
  if (current?.env === undefined || salt === undefined) return []
  const wanted = mapValues(allEnv(spec), (word) => ({
    value: textOf(word),
    isSecret: isSecret(word),
    isUnknown: isSecret(word) && textOf(word) === '',
  }))
  return changedValues('env', current.env, wanted, salt)
}

/** The secrets of the env whose values nobody has fetched. */
export const unknownSecrets = (spec: Told): string[] =>
  Object.entries(allEnv(spec)).flatMap(([name, word]) => (isSecret(word) && textOf(word) === '' ? [name] : []))

const isSecret = (word: Word): boolean => typeof word === 'object' && word.kind === 'secret'

function textOf(word: Word): string {
  if (typeof word === 'string') return word
  if (word.kind === 'secret') return word.value
  return word.kind === 'path' ? word.text : ''
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
