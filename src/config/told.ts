import type { Path } from './diagnostic.js'
import { exampleValues, type ParamSpec, type ParamValue, type ParamValues, valueOfText, whyNot } from './params.js'
import { findPlaceholders } from './placeholder.js'
import type { Scalar } from './scalar.js'
import { asText, type Scope } from './scope.js'
import { suggest } from './suggest.js'

/** A task as it is called in the file. */
interface Called {
  readonly name: string
  readonly params: readonly ParamSpec[]
}

interface Telling {
  /** Where `with` is, or would be. */
  readonly path: Path
  readonly scope: Scope
  /** The caller's own parameters are only examples so far: what comes from them is not held against anything. */
  readonly isExample: boolean
}

/** What `with` tells a task, with the defaults of the rest: held against its parameters, as on the command line. */
export function valuesTold(
  { name: task, params }: Called,
  told: Readonly<Record<string, Scalar>>,
  { path, scope, isExample }: Telling,
): ParamValues {
  for (const name of Object.keys(told)) {
    if (params.some((param) => param.name === name)) continue
    const known = params.map((param) => param.name)
    const hint = known.length === 0 ? 'it has none' : suggest(name, known)
    scope.findings.report([...path, name], `${task} has no parameter ${name}`, { isKey: true, hint })
    // `verison` is what is then missed.
    const meant = /^did you mean (.+)\?$/.exec(hint)?.[1]
    if (meant !== undefined) scope.findings.doubt(meant)
  }
  const examples = exampleValues(params)
  const missing = Object.keys(told).length === 0 ? [...path.slice(0, -1), 'task'] : path
  const toldTo = (param: ParamSpec): ParamValue | undefined => {
    const { name, required } = param
    const written = told[name] ?? null
    const value = filled(param, written, [...path, name], scope)
    if (value === undefined || (isExample && usesParams(written))) return examples[name]
    if (value === null) {
      if (required && !scope.findings.isDoubted(name) && !scope.findings.isDoubted('with'))
        scope.findings.report(missing, `${task} must be told ${name}`, { hint: `with: { ${name}: … }` })
      return examples[name]
    }
    return isRight(param, value, [...path, name], scope) ? value : examples[name]
  }
  const values = params.map((param) => [param.name, toldTo(param)] as const)
  return Object.fromEntries(values.filter((entry): entry is [string, ParamValue] => entry[1] !== undefined))
}

function isRight(param: ParamSpec, value: ParamValue, path: Path, scope: Scope): boolean {
  const wrong = whyNot(param, value)
  const hint = param.type === 'string' && typeof value === 'number' ? `write it in quotes: "${value}"` : undefined
  if (wrong !== undefined && !scope.findings.hasWithin(path))
    scope.findings.report(path, `${wrong}, not ${JSON.stringify(value)}`, { hint })
  return wrong === undefined
}

/**
 * Text becomes the number that is wanted, as on the command line, and what is filled in for a text becomes text. Nothing for what
 * is a mistake already; null for what is not told.
 */
function filled(param: ParamSpec, written: Scalar, path: Path, scope: Scope): Scalar | undefined {
  const value = scope.scalar(written, path)
  if (typeof value === 'string') return valueOfText(param, value)
  return value != null && value !== written && param.type === 'string' ? asText(value) : value
}

const usesParams = (written: Scalar): boolean =>
  typeof written === 'string' && findPlaceholders(written).some(({ name }) => name?.startsWith('params.'))
