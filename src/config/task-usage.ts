import { describeNeed, type Need } from './needs.js'
import { optionOf, type ParamSpec } from './params.js'

/** What is said of a task when its help is asked for. */
export interface Described {
  readonly name: string
  readonly description: string
  readonly on: string | readonly string[]
  readonly params: readonly ParamSpec[]
  readonly needs: readonly Need[]
}

/** `venvoy run release --version TEXT [--force]`. */
export function usageOf(task: Pick<Described, 'name' | 'params'>): string {
  return ['venvoy run', task.name, ...parametersOf(task)].join(' ')
}

/** `--version TEXT`, `[--force]`, `[--stage live|test]`; what is required comes first. */
export function parametersOf({ params }: Pick<Described, 'params'>): string[] {
  const required = params.filter((param) => param.required)
  const optional = params.filter((param) => !param.required)
  return [...required.map(writtenOf), ...optional.map((param) => `[${writtenOf(param)}]`)]
}

/** The whole help of a task. */
export function helpOf(task: Described): string {
  const { description, params, needs, on } = task
  const width = Math.max(0, ...params.map((param) => writtenOf(param).length))
  const options = params.map((param) => `  ${writtenOf(param).padEnd(width)}  ${notesOf(param)}`.trimEnd())
  return [
    `Usage: ${usageOf(task)}`,
    ...(description === '' ? [] : ['', description]),
    ...(options.length === 0 ? [] : ['', 'Options:', ...options]),
    '',
    `Runs on: ${[on].flat().join(', ')}`,
    ...(needs.length === 0 ? [] : [`Runs before it: ${needs.map(describeNeed).join(', ')}`]),
    '',
    "venvoy's own options stand before the task's name: venvoy run --help",
  ].join('\n')
}

const writtenOf = ({ name, type, choices, default: preset }: ParamSpec): string => {
  if (type === 'flag') return preset === true ? `--no-${optionOf(name).slice(2)}` : optionOf(name)
  return `${optionOf(name)} ${choices?.join('|') ?? (type === 'number' ? 'NUMBER' : 'TEXT')}`
}

function notesOf({ help, required, type, default: preset }: ParamSpec): string {
  const note = required ? '(required)' : type === 'flag' || preset === undefined ? '' : `(default: ${preset})`
  return [help, note].filter(Boolean).join(' ')
}
