import type { HostFacts, Interpreter } from '../facts/facts.js'
import type { Marker } from './marker.js'
import { normalName } from './name.js'
import { satisfies } from './version.js'

/** What the variables of a marker stand for. */
export type MarkerValues = Readonly<Record<string, string>>

/** The variables of PEP 508 for an interpreter of a host. What the kernel calls itself is not among them. */
export function markerValues(interpreter: Interpreter, system: Pick<HostFacts['system'], 'os' | 'arch'>): MarkerValues {
  const { version, implementation } = interpreter
  const isOld = version.startsWith('2.')
  return {
    os_name: 'posix',
    // Python 2 counted the kernels.
    sys_platform: isOld && system.os === 'Linux' ? 'linux2' : system.os.toLowerCase(),
    platform_system: system.os,
    platform_machine: system.arch,
    platform_python_implementation: nameOf(implementation),
    python_version: version.split('.').slice(0, 2).join('.'),
    python_full_version: version,
    implementation_name: isOld ? '' : implementation,
    implementation_version: isOld ? '0' : implementationVersion(interpreter),
  }
}

const nameOf = (implementation: string): string =>
  ({ cpython: 'CPython', pypy: 'PyPy', graalpy: 'GraalVM' })[implementation] ?? implementation

function implementationVersion({ implementation, version, abi }: Interpreter): string {
  // 'pypy310-pp73-x86_64-linux-gnu' is PyPy 7.3
  const [, major, minor] = (implementation === 'pypy' && /-pp(\d)(\d+)/.exec(abi)) || []
  return major === undefined ? version : `${major}.${minor}`
}

const versions = ['python_version', 'python_full_version', 'implementation_version']

/** Whether a marker holds. A variable that nobody knows is empty text. */
export function holds(marker: Marker, values: MarkerValues): boolean {
  if (marker.kind !== 'compare')
    return marker.kind === 'and'
      ? marker.parts.every((part) => holds(part, values))
      : marker.parts.some((part) => holds(part, values))
  const [left, right] = [marker.left, marker.right].map(({ kind, text }) =>
    kind === 'text' ? text : (values[text] ?? ''),
  ) as [string, string]
  if ([marker.left, marker.right].some(({ kind, text }) => kind === 'variable' && text === 'extra'))
    return compareText(normalName(left), marker.operator, normalName(right))
  const isVersion = [marker.left, marker.right].some(({ kind, text }) => kind === 'variable' && versions.includes(text))
  const fits = isVersion ? satisfies(left, `${marker.operator}${right}`) : undefined
  return fits ?? compareText(left, marker.operator, right)
}

function compareText(left: string, operator: string, right: string): boolean {
  if (operator === 'in') return right.includes(left)
  if (operator === 'not in') return !right.includes(left)
  if (operator === '==' || operator === '===') return left === right
  if (operator === '!=') return left !== right
  const order = left < right ? -1 : left > right ? 1 : 0
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : operator === '>=' && order >= 0
}
