import type { HostFacts, Interpreter } from '../facts/facts.js'
import { allOf, anyOf, type Folded, type Marker, renderMarker } from './marker.js'
import { type MarkerValues, markerValues } from './marker-values.js'
import { compareVersions } from './version.js'

/** What a lockfile is made for: an interpreter on a kind of host. */
export interface LockTarget {
  /** For people and for sorting: `cpython 3.11.7 linux-x86_64 glibc 2.36`. */
  readonly label: string
  /** A host of that kind: `web1`. */
  readonly host: string
  readonly values: MarkerValues
}

/** What an interpreter of a host is locked for. Two hosts with the same label need but one answer of pip's. */
export function lockTarget(host: string, interpreter: Interpreter, system: HostFacts['system']): LockTarget {
  const { implementation, version, abi, platform, libc } = interpreter
  // 'cpython-313t-x86_64-linux-gnu', 'cpython-311d-…': another ABI needs other wheels
  const flags = /^cpython-\d+([a-z]+)/.exec(abi)?.[1] ?? ''
  const parts = [
    implementation,
    `${version}${version.startsWith('3.') ? flags.replace('m', '') : flags}`,
    platform,
    libc ?? '',
  ]
  return {
    label: parts.filter((part) => part !== '').join(' '),
    host,
    values: markerValues(interpreter, system),
  }
}

/**
 * The marker of everything alike: the same system, machine, implementation and minor version, and no older patch release,
 * which may need packages that later ones do not (`async-timeout` before 3.11.3). An update of Python needs no new lockfile.
 */
export function kindOfTarget({ values }: LockTarget): string {
  const same = ['sys_platform', 'platform_machine', 'platform_python_implementation']
  const version = [
    compare('python_version', '==', values.python_version ?? ''),
    compare('python_full_version', '>=', values.python_full_version ?? ''),
  ]
  return renderMarker(allOf([...version, ...same.map((name) => compare(name, '==', values[name] ?? ''))]) as Marker)
}

/** What may tell targets apart, the most readable first. */
const tellers = [
  ['python_version'],
  ['sys_platform'],
  ['platform_machine'],
  ['platform_python_implementation'],
  ['python_full_version'],
  ['python_version', 'sys_platform'],
  ['python_version', 'platform_machine'],
  ['sys_platform', 'platform_machine'],
  ['python_full_version', 'sys_platform'],
  ['python_full_version', 'platform_machine'],
  ['python_full_version', 'sys_platform', 'platform_machine'],
  ['python_full_version', 'sys_platform', 'platform_machine', 'platform_python_implementation'],
]

/**
 * The shortest marker that holds for these targets and for none of the others. `true`: there are no others. Undefined:
 * markers cannot tell them apart, as where only the libc differs.
 */
export function markerFor(these: readonly LockTarget[], others: readonly LockTarget[]): Folded | undefined {
  if (others.length === 0) return true
  const names = tellers.find((each) => {
    const taken = new Set(others.map((target) => keyOf(target, each)))
    return these.every((target) => !taken.has(keyOf(target, each)))
  })
  if (names === undefined) return undefined
  if (names.length === 1) return markerBy(names[0]!, valuesOf(these, names[0]!), valuesOf(others, names[0]!))
  const distinct = new Map(these.map((target) => [keyOf(target, names), target]))
  const each = [...distinct.values()].map((target) =>
    allOf(names.map((name) => compare(name, '==', target.values[name]!))),
  )
  return anyOf(each)
}

const keyOf = ({ values }: LockTarget, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => values[name]))

const valuesOf = (targets: readonly LockTarget[], name: string): string[] =>
  [...new Set(targets.map(({ values }) => values[name]!))].sort(
    name.startsWith('python_') ? compareVersions : undefined,
  )

/** By versions, `python_version < "3.12"` where all others are newer, or older; else each value by itself. */
function markerBy(name: string, these: readonly string[], others: readonly string[]): Folded {
  if (name.startsWith('python_')) {
    if (compareVersions(these.at(-1)!, others[0]!) < 0) return compare(name, '<', others[0]!)
    if (compareVersions(others.at(-1)!, these[0]!) < 0) return compare(name, '>=', these[0]!)
  }
  return anyOf(these.map((value) => compare(name, '==', value)))
}

const compare = (name: string, operator: string, value: string): Marker => ({
  kind: 'compare',
  left: { kind: 'variable', text: name },
  operator,
  right: { kind: 'text', text: value },
})
