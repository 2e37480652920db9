import type { Scalar } from './spec.js'

/** `when:` and `until:` as a tree. What stands for results is looked up when its step is due. */
export type Condition =
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'result'; readonly step: string; readonly field: ResultField }
  | { readonly kind: 'list'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'compare'; readonly how: Comparison; readonly left: Condition; readonly right: Condition }

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export const resultFields = ['stdout', 'stderr', 'code', 'ok'] as const
type ResultField = (typeof resultFields)[number]

/** What `register:` keeps of a step; the ends of lines at the end of its output are left out, as in `$( )`. */
export type StepResult = Readonly<Record<'stdout' | 'stderr', string>> & { readonly code: number; readonly ok: boolean }

export type StepResults = ReadonlyMap<string, StepResult>

/** Whether a condition holds. What a step that did not run has registered is null, which is false. */
export function holds(condition: Condition, results: StepResults): boolean {
  return isTrue(evaluate(condition, results))
}

/** The steps whose results a condition looks at. */
export function resultsIn(condition: Condition): string[] {
  switch (condition.kind) {
    case 'value':
      return []
    case 'result':
      return [condition.step]
    case 'list':
      return condition.items.flatMap(resultsIn)
    case 'not':
      return resultsIn(condition.of)
    default:
      return [...resultsIn(condition.left), ...resultsIn(condition.right)]
  }
}

type Value = Scalar | readonly Value[]

function evaluate(condition: Condition, results: StepResults): Value {
  const of = (part: Condition) => evaluate(part, results)
  switch (condition.kind) {
    case 'value':
      return condition.value
    case 'result':
      return results.get(condition.step)?.[condition.field] ?? null
    case 'list':
      return condition.items.map(of)
    case 'not':
      return !isTrue(of(condition.of))
    case 'and':
      return isTrue(of(condition.left)) && isTrue(of(condition.right))
    case 'or':
      return isTrue(of(condition.left)) || isTrue(of(condition.right))
    case 'compare':
      return compare(condition.how, of(condition.left), of(condition.right))
  }
}

const isTrue = (value: Value): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== false && value !== '' && value !== 0

function compare(how: Comparison, left: Value, right: Value): boolean {
  switch (how) {
    case '==':
      return isEqual(left, right)
    case '!=':
      return !isEqual(left, right)
    case 'in':
      return isIn(left, right)
    case 'not in':
      return !isIn(left, right)
    default:
      return isOrdered(how, left, right)
  }
}

function isEqual(left: Value, right: Value): boolean {
  const [a, b] = numbersOf(left, right) ?? [left, right]
  return a === b
}

function isIn(item: Value, whole: Value): boolean {
  if (Array.isArray(whole)) return whole.some((each) => isEqual(item, each))
  return whole !== null && item !== null && String(whole).includes(String(item))
}

function isOrdered(how: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  // Nothing is neither more nor less than something.
  if (left === null || right === null) return false
  const [a, b] = numbersOf(left, right) ?? [String(left), String(right)]
  if (how === '<') return a < b
  if (how === '<=') return a <= b
  return how === '>' ? a > b : a >= b
}

/** Output is text: where one side is a number and the other looks like one, numbers are compared. */
function numbersOf(left: Value, right: Value): readonly [number, number] | undefined {
  if (typeof left !== 'number' && typeof right !== 'number') return undefined
  const [a, b] = [numberOf(left), numberOf(right)]
  return a === undefined || b === undefined ? undefined : [a, b]
}

function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  // `42`, `-3.5`, ` 7 `
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined
}
