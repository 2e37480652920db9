import { optionOf, type ParamSpec } from '../../config/params.js'
import type { Candidate } from './candidates.js'

/** A task that can be typed. */
export interface TypedTask {
  readonly description: string
  readonly params: readonly ParamSpec[]
}

/**
 * What can stand behind the first task of `run`, in the place of the last word: an option of the task before it, the value of one,
 * or the next task. `words`: from the first task's name on.
 */
export function taskCandidates(words: readonly string[], tasks: ReadonlyMap<string, TypedTask>): readonly Candidate[] {
  const current = words.at(-1) ?? ''
  let params: readonly ParamSpec[] = []
  const given = new Set<ParamSpec>()
  let wanting: ParamSpec | undefined
  for (const word of words.slice(0, -1)) {
    if (wanting !== undefined) wanting = undefined
    else if (word.startsWith('-')) {
      const param = paramOf(params, word)
      if (param !== undefined) given.add(param)
      wanting = word.includes('=') || param?.type === 'flag' ? undefined : param
    } else {
      params = (tasks.get(word) ?? tasks.get(word.split('.').at(-1)!))?.params ?? []
      given.clear()
    }
  }
  if (wanting !== undefined) return valuesOf(wanting, '')
  // `--stage=li`
  const [, before] = /^(--[^=]+=)/.exec(current) ?? []
  if (before !== undefined) return valuesOf(paramOf(params, before), before)
  if (current.startsWith('-')) return optionsOf(params.filter((param) => !given.has(param)))
  return [...tasks].map(([word, { description }]) => ({ word, description }))
}

/** `--version`, `--version=1.4`, `--no-force` */
const paramOf = (params: readonly ParamSpec[], word: string): ParamSpec | undefined => {
  const option = word.replace(/=.*$/s, '')
  return params.find((param) => [optionOf(param.name), `--${param.name}`, without(param)].includes(option))
}

const without = ({ name, type }: ParamSpec): string => (type === 'flag' ? `--no-${optionOf(name).slice(2)}` : '')

const valuesOf = (param: ParamSpec | undefined, before: string): Candidate[] =>
  (param?.choices ?? []).map((choice) => ({ word: `${before}${choice}`, description: '' }))

/** Of a flag, the side that it is not on already. */
const optionsOf = (params: readonly ParamSpec[]): Candidate[] => [
  ...params.map((param) => {
    const isOn = param.type === 'flag' && param.default === true
    return { word: isOn ? without(param) : optionOf(param.name), description: param.help ?? '' }
  }),
  { word: '--help', description: 'what the task can be told' },
]
