import { VenvoyError } from '../errors.js'
import { fillIn, optionOf, type ParamSpec, type ParamValue, type ParamValues, valueOfText } from './params.js'
import { suggest } from './suggest.js'
import { usageOf } from './task-usage.js'

/** What can be called from the command line. */
export interface Callable {
  readonly name: string
  readonly params: readonly ParamSpec[]
}

/** A task with what it was told. */
export interface TaskCall<T extends Callable> {
  readonly task: T
  readonly values: ParamValues
}

export interface Words<T> {
  /** The task of a name; throws where there is none. */
  find(name: string): T
  /** The options that are venvoy's, which stand before the first task's name: `-H`, `--host`. */
  readonly own: readonly string[]
}

/**
 * The calls in the words behind `venvoy run`: `a --x 1 b` is a with x, then b. Throws a VenvoyError of kind `config` with all
 * that is wrong with a call, and the task's usage. A task whose help is asked for comes alone.
 */
export function readCalls<T extends Callable>(
  words: readonly string[],
  { find, own }: Words<T>,
): { readonly help: T } | { readonly calls: readonly TaskCall<T>[] } {
  const calls: TaskCall<T>[] = []
  let rest = words
  while (rest.length > 0) {
    const task = find(rest[0]!)
    const reader = new OptionReader(task, own)
    rest = reader.read(rest.slice(1))
    if (reader.wantsHelp) return { help: task }
    calls.push({ task, values: checked(task, reader.given, reader.mistakes) })
  }
  return { calls }
}

/** The values for a call, with defaults. Throws a VenvoyError of kind `config` with the task's usage. */
export function checked(
  task: Callable,
  given: Readonly<Record<string, unknown>>,
  before: readonly string[] = [],
): ParamValues {
  const { values, mistakes } = fillIn(task.params, given)
  const all = [...before, ...mistakes]
  if (all.length === 0) return values
  const what = `${task.name}: ${all[0]}`
  throw new VenvoyError({ kind: 'config', what, why: all.slice(1), next: usageOf(task) })
}

class OptionReader {
  readonly given: Record<string, ParamValue> = {}
  readonly mistakes: string[] = []
  wantsHelp = false
  readonly #task: Callable
  readonly #own: readonly string[]

  constructor(task: Callable, own: readonly string[]) {
    this.#task = task
    this.#own = own
  }

  /** Takes the options at the start of the words; gives what comes behind them: the next task. */
  read(words: readonly string[]): readonly string[] {
    let rest = words
    while (rest[0]?.startsWith('-')) rest = this.#option(rest[0], rest.slice(1))
    return rest
  }

  #option(word: string, rest: readonly string[]): readonly string[] {
    const [, option = word, inline] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
    if (option === '--help' || option === '-h') {
      this.wantsHelp = true
      return rest
    }
    const param = this.#task.params.find(({ name }) => optionOf(name) === option || `--${name}` === option)
    if (param?.type === 'flag') this.#give(param, inline === undefined ? true : flagOf(inline))
    else if (param !== undefined) return this.#withValue(param, inline, rest)
    else if (!this.#isNegated(option)) this.mistakes.push(this.#unknown(option))
    return rest
  }

  #withValue(param: ParamSpec, inline: string | undefined, rest: readonly string[]): readonly string[] {
    const [next] = rest
    if (inline === undefined && (next === undefined || next.startsWith('--'))) {
      // Were it not said to be given, it would be missing as well.
      this.given[param.name] = param.default ?? param.choices?.[0] ?? (param.type === 'number' ? 0 : '')
      this.mistakes.push(`${optionOf(param.name)} needs a value`)
      return rest
    }
    this.#give(param, valueOfText(param, inline ?? next!))
    return inline === undefined ? rest.slice(1) : rest
  }

  #give(param: ParamSpec, value: ParamValue): void {
    if (Object.hasOwn(this.given, param.name)) this.mistakes.push(`${optionOf(param.name)} is given twice`)
    this.given[param.name] = value
  }

  /** `--no-force`, for a flag. */
  #isNegated(option: string): boolean {
    const flag = this.#task.params.find(
      ({ name, type }) => type === 'flag' && `--no-${optionOf(name).slice(2)}` === option,
    )
    if (flag !== undefined) this.#give(flag, false)
    return flag !== undefined
  }

  #unknown(option: string): string {
    const known = this.#task.params.map(({ name }) => optionOf(name))
    const head = `it has no option ${option}`
    // `-Hweb1` is `-H web1`
    const name = option.startsWith('--') ? option : option.slice(0, 2)
    if (this.#own.includes(name))
      return `${head}; venvoy's own stand before the task: venvoy run ${option} … ${this.#task.name}`
    return known.length === 0 ? head : `${head} (${suggest(option, known)})`
  }
}

// `--force=false`; any other text is a mistake, as it is no flag
const flagOf = (text: string): ParamValue => (text === 'true' ? true : text === 'false' ? false : text)
