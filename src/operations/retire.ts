import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { RetireInput } from '../remote/instance-input.js'
import { plural } from './files.js'
import type { HelperStep } from './step.js'

/**
 * Removes the releases beyond `keep`, and those that are not whole; nothing where there are none. What serves stays, and what
 * a rollback would go to.
 */
export function retire(spec: InstanceSpec, state: InstanceFacts, serves: number, python: string): HelperStep[] {
  const wanted = new Set(keptWith(spec, state, serves))
  const numbers = state.releases.filter((number) => !wanted.has(number))
  if (numbers.length === 0) return []
  const halves = numbers.filter((number) => !state.whole?.includes(number))
  const old = numbers.filter((number) => !halves.includes(number))
  const step: HelperStep = {
    kind: 'helper',
    title: `remove ${plural(numbers.length, 'release')}`,
    lines: [
      ...(old.length > 0 ? [`${old.join(', ')}: beyond keep: ${spec.keep}`] : []),
      ...(halves.length > 0 ? [`${halves.join(', ')}: not whole, from a deploy that failed`] : []),
    ],
    python,
    action: 'retire',
    input: { to: state.to, numbers } satisfies RetireInput,
  }
  return [step]
}

function keptWith({ keep }: InstanceSpec, state: InstanceFacts, serves: number): number[] {
  const { whole = [], failed = [], left = [], unserved = [] } = state
  const others = whole.filter((number) => number !== serves).reverse()
  const hasServed = (number: number) => !unserved.includes(number)
  const isGood = (number: number) =>
    number < serves && !failed.includes(number) && !left.includes(number) && hasServed(number)
  const back = others.filter(isGood).slice(0, 1)
  const more = others.filter((number) => !back.includes(number))
  // What has never served is worth less than what has, however new it is.
  const rest = [...more.filter(hasServed), ...more.filter((number) => !hasServed(number))]
  return [serves, ...back, ...rest.slice(0, Math.max(0, keep - 1 - back.length))]
}
