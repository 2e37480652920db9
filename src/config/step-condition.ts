import { type Condition, resultFields } from './condition.js'
import type { Path } from './diagnostic.js'
import { factNames } from './facts.js'
import { isMistake, type LookUp, parseCondition } from './parse-condition.js'
import { canonical, type Scope } from './scope.js'
import { suggest } from './suggest.js'

const isField = (name: string): name is (typeof resultFields)[number] => resultFields.includes(name as 'ok')

const always: Condition = { kind: 'value', value: true }

/**
 * A `when` or `until` for one target. `registered` are the results that steps before it leave; with `own`, the fields of the
 * step's own result stand by themselves. A mistake is reported, and a condition that holds taken in its place.
 */
export function conditionOf(
  text: string,
  path: Path,
  scope: Scope,
  registered: ReadonlySet<string>,
  own = false,
): Condition {
  const lookUp: LookUp = (name) => {
    if (own && isField(name)) return { kind: 'result', step: '', field: name }
    if (name.startsWith('results.')) return resultOf(name, registered)
    if (name.startsWith('facts.')) return factOf(name)
    const value = scope.names.get(canonical(name, scope.names))
    if (value !== undefined) return { kind: 'value', value }
    if (scope.findings.isDoubted(name.split('.').at(-1)!)) return always
    // Conditions are for tasks that are about both: there, hosts have no instance.
    if (name === 'instance') return { kind: 'value', value: null }
    const known = [...scope.names.keys(), ...[...registered].map((each) => `results.${each}.ok`)]
    const hint = Object.hasOwn(factNames, name) ? `did you mean facts.${name}?` : suggest(name, known)
    return { message: `${name} is not known here`, hint }
  }
  const condition = parseCondition(text, lookUp)
  if (!isMistake(condition)) return { kind: 'written', text: text.trim(), of: condition }
  const { message, hint, start, end } = condition
  const part = { text: text.slice(start, end), nth: text.slice(0, start).split(text.slice(start, end)).length - 1 }
  scope.findings.report(path, message, { ...(start < end && { part }), hint })
  return always
}

function resultOf(name: string, registered: ReadonlySet<string>): ReturnType<LookUp> {
  const [, step = '', field = '', ...more] = name.split('.')
  if (!registered.has(step))
    return { message: `no step before this one registers ${step}`, hint: suggest(step, [...registered]) }
  if (isField(field) && more.length === 0) return { kind: 'result', step, field }
  return { message: `${name}: a result has ${resultFields.join(', ')}` }
}

// `facts.memory_mb`
function factOf(name: string): ReturnType<LookUp> {
  const fact = name.slice('facts.'.length)
  if (Object.hasOwn(factNames, fact)) return { kind: 'fact', fact: factNames[fact]! }
  return { message: `there is no fact ${fact}`, hint: suggest(fact, Object.keys(factNames)) }
}
