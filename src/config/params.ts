import type { Scalar } from './scalar.js'
import { listOf } from './suggest.js'

export type ParamValue = string | number | boolean

/** What a task was told, by the names of its parameters; what was neither told nor has a default is not there. */
export type ParamValues = Readonly<Record<string, ParamValue>>

export type ParamType = 'string' | 'number' | 'flag'

/** A parameter as a person writes it, in YAML or TypeScript. */
export interface WrittenParam {
  readonly type?: ParamType | undefined
  readonly required?: boolean | undefined
  readonly default?: ParamValue | undefined
  readonly choices?: readonly (string | number)[] | undefined
  readonly help?: string | undefined
}

/** A parameter of a task: `--version 1.4` behind its name on the command line. */
export interface ParamSpec {
  readonly name: string
  readonly type: ParamType
  readonly required: boolean
  readonly default?: ParamValue
  readonly choices?: readonly (string | number)[]
  readonly help?: string
}

export function paramSpec(name: string, written: WrittenParam): ParamSpec {
  const { type = typeOf(written), required = false, choices, help } = written
  const preset = written.default ?? (type === 'flag' ? false : undefined)
  return {
    name,
    type,
    required,
    ...(preset !== undefined && { default: preset }),
    ...(choices !== undefined && { choices }),
    ...(help !== undefined && { help }),
  }
}

/** The parameters of a task as written. */
export function paramsIn(
  task: string | readonly unknown[] | { readonly params?: Readonly<Record<string, WrittenParam | null>> | undefined },
): ParamSpec[] {
  const written = typeof task === 'object' && 'params' in task ? (task.params ?? {}) : {}
  return Object.entries(written).map(([name, param]) => paramSpec(name, param ?? {}))
}

/** What does not fit together in a parameter, each with the key that is wrong. */
export function mistakesInParam(written: WrittenParam): readonly { key: keyof WrittenParam; message: string }[] {
  const { type, choices = [], default: preset } = paramSpec('', written)
  const found: { key: keyof WrittenParam; message: string }[] = []
  const report = (key: keyof WrittenParam, message: string) => found.push({ key, message })
  if (type === 'flag' && written.choices !== undefined) report('choices', 'a flag is on or off and has no choices')
  if (type === 'flag' && written.required) report('required', 'a flag is on or off and is never missing')
  if (written.required && written.default !== undefined) report('required', 'what has a default is never missing')
  if (type !== 'flag' && choices.some((choice) => typeof choice !== type))
    report('choices', `should be ${type === 'string' ? 'texts' : 'numbers'}`)
  const wrong = preset === undefined ? undefined : whyNot(paramSpec('', written), preset)
  if (wrong !== undefined) report('default', wrong)
  // It is read before it is known what for.
  else if (typeof preset === 'string' && /\{\{/.test(preset)) report('default', 'cannot hold {{ }}')
  return found
}

/** The names of options that `venvoy run TASK --help` has already. */
export const reservedParams: readonly string[] = ['help']

/** The option of a parameter: `dry_run` and `dryRun` are `--dry-run`. */
export function optionOf(name: string): string {
  return `--${name.replace(/_/g, '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The values of all parameters, with the defaults of those that are not given, and what is wrong with those that are. */
export function fillIn(
  params: readonly ParamSpec[],
  given: Readonly<Record<string, unknown>>,
): { readonly values: ParamValues; readonly mistakes: readonly string[] } {
  const values: Record<string, ParamValue> = {}
  const mistakes = Object.keys(given)
    .filter((name) => given[name] !== undefined && !params.some((param) => param.name === name))
    .map((name) => `there is no parameter ${name}`)
  for (const param of params) {
    const value = given[param.name] ?? param.default
    const wrong = value === undefined ? undefined : whyNot(param, value)
    if (value === undefined && param.required) mistakes.push(`${optionOf(param.name)} is missing`)
    else if (wrong !== undefined) mistakes.push(`${optionOf(param.name)} ${wrong}, not ${JSON.stringify(value)}`)
    else if (value !== undefined) values[param.name] = value as ParamValue
  }
  return { values, mistakes }
}

/** What is typed for a parameter, as a value; text that is no number stays text, and is a mistake. */
export function valueOfText({ type }: ParamSpec, text: string): ParamValue {
  return type === 'number' && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** The names that `{{ }}` has for a task's parameters. An optional one without a value is empty. */
export function paramNames(params: readonly ParamSpec[], values: ParamValues): [string, Scalar][] {
  return params.map(({ name }) => [`params.${name}`, values[name] ?? null])
}

/** The values with which a task can be looked over before anyone has told it anything: its defaults, and examples. */
export function exampleValues(params: readonly ParamSpec[]): ParamValues {
  const examples = { string: 'x', number: 1, flag: false }
  const exampleOf = ({ required, type, choices }: ParamSpec) =>
    required ? (choices?.[0] ?? examples[type]) : undefined
  const values = params.map((param) => [param.name, param.default ?? exampleOf(param)] as const)
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function typeOf({ default: preset, choices }: WrittenParam): ParamType {
  const example = preset ?? choices?.[0]
  if (typeof example === 'boolean') return 'flag'
  return typeof example === 'number' ? 'number' : 'string'
}

/** Why a value is none for a parameter. */
export function whyNot({ type, choices }: ParamSpec, value: unknown): string | undefined {
  const kinds = { string: 'text', number: 'a number', flag: 'true or false' }
  if (typeof value !== (type === 'flag' ? 'boolean' : type)) return `should be ${kinds[type]}`
  if (choices === undefined || type === 'flag' || choices.includes(value as string)) return undefined
  return `should be ${listOf(choices.map(String), 'or')}`
}
