import type { Fact, Facts } from './facts.js'
import type { Scalar } from './scalar.js'

/** `when:` and `until:` as a tree. What stands for results and facts is looked up when its step is due. */
export type Condition =
  /** As a person wrote it, for those who read why a step was skipped. */
  | { readonly kind: 'written'; readonly text: string; readonly of: Condition }
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'result'; readonly step: string; readonly field: ResultField }
  | { readonly kind: 'list'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'compare'; readonly how: Comparison; readonly left: Condition; readonly right: Condition }

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export const resultFields = ['stdout', 'stderr', 'code', 'ok', 'changed'] as const
type ResultField = (typeof resultFields)[number]

/** What `register:` keeps of a step; the ends of lines at the end of its output are left out, as in `$( )`. */
export type StepResult = Readonly<Record<'stdout' | 'stderr', string>> & {
  readonly code: number
  readonly ok: boolean
  /** Whether a file step found something else than it wants. What a command does is not known: true. */
  readonly changed: boolean
}

export type StepResults = ReadonlyMap<string, StepResult>

/** What is known when a condition is looked at. */
export interface Known {
  readonly results?: StepResults
  readonly facts?: Partial<Facts> | undefined
}

/** Whether a condition holds. What is not known, as the result of a step that did not run, is null, which is false. */
export function holds(condition: Condition, known: Known): boolean {
  return isTrue(evaluate(condition, known))
}

/** What keeps a condition from holding, as it was written: of several around one another, the outermost. */
export function whyNot(condition: Condition, known: Known): string | undefined {
  if (condition.kind === 'written') return holds(condition, known) ? undefined : condition.text
  return condition.kind === 'and' ? (whyNot(condition.left, known) ?? whyNot(condition.right, known)) : undefined
}

/** The steps whose results a condition looks at. */
export const resultsIn = (condition: Condition): string[] =>
  leavesOf(condition).flatMap((leaf) => (leaf.kind === 'result' ? [leaf.step] : []))

/** The facts that a condition looks at. */
export const factsIn = (condition: Condition | undefined): Fact[] =>
  condition === undefined ? [] : leavesOf(condition).flatMap((leaf) => (leaf.kind === 'fact' ? [leaf.fact] : []))

/** Whether a condition can be answered before anything has run, and how: `and` and `or` may need one side only. */
export function answerOf(condition: Condition): boolean | undefined {
  if (condition.kind === 'written') return answerOf(condition.of)
  if (condition.kind !== 'and' && condition.kind !== 'or') {
    const isOpen = leavesOf(condition).some(({ kind }) => kind === 'result' || kind === 'fact')
    return isOpen ? undefined : holds(condition, {})
  }
  const deciding = condition.kind === 'or'
  const sides = [answerOf(condition.left), answerOf(condition.right)]
  return sides.includes(deciding) ? deciding : sides.includes(undefined) ? undefined : !deciding
}

function leavesOf(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'list':
      return condition.items.flatMap(leavesOf)
    case 'not':
    case 'written':
      return leavesOf(condition.of)
    case 'and':
    case 'or':
    case 'compare':
      return [...leavesOf(condition.left), ...leavesOf(condition.right)]
    default:
      return [condition]
  }
}

type Value = Scalar | readonly Value[]

function evaluate(condition: Condition, known: Known): Value {
  const of = (part: Condition) => evaluate(part, known)
  switch (condition.kind) {
    case 'written':
      return of(condition.of)
    case 'value':
      return condition.value
    case 'result':
      return known.results?.get(condition.step)?.[condition.field] ?? null
    case 'fact':
      return known.facts?.[condition.fact] ?? null
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
