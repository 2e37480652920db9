import type { HostFacts, Interpreter } from '../facts/facts.js'
import { downFrom, platformTags } from './platform-tags.js'

/** What a wheel must be made for: `['cp311', 'abi3', 'manylinux_2_17_x86_64']`. */
type Tag = readonly [python: string, abi: string, platform: string]

/**
 * The tags of all wheels that an interpreter can install, `cp311-cp311-manylinux_2_36_x86_64`, by their rank: 0 is the
 * best match. As pip ranks them, but that before Python 3.10, whose pip may be older than `manylinux_2_28`, names that every
 * pip knows come first.
 */
export function compatibleTags(
  interpreter: Interpreter,
  arch: HostFacts['system']['arch'],
): ReadonlyMap<string, number> {
  const platforms = platformTags(interpreter, arch)
  const tags = [...ownTags(interpreter, platforms), ...plainTags(interpreter, platforms)]
  const ranks = new Map<string, number>()
  for (const tag of tags) {
    const text = tag.join('-')
    if (!ranks.has(text)) ranks.set(text, ranks.size)
  }
  return ranks
}

/** Those that end in a build of this implementation. */
function ownTags(interpreter: Interpreter, platforms: readonly string[]): Tag[] {
  const { implementation, abi } = interpreter
  const [major, minor] = numbersOf(interpreter)
  const own = `${abbreviation(implementation)}${major}${minor}`
  const on = (python: string, abi: string): Tag[] => platforms.map((platform) => [python, abi, platform])
  if (implementation !== 'cpython') {
    // 'pypy310-pp73-x86_64-linux-gnu' → 'pypy310_pp73'
    const built = abi.split('-').slice(0, 2).join('_')
    return [...on(own, built), ...on(own, 'none')]
  }
  const abis = cpythonAbis(interpreter)
  const hasStable = (major > 3 || (major === 3 && minor > 2)) && !abis[0]!.includes('t')
  return [
    ...abis.flatMap((each) => on(own, each)),
    ...(hasStable ? on(own, 'abi3') : []),
    ...on(own, 'none'),
    ...(hasStable ? downFrom(minor - 1, 2).flatMap((older) => on(`cp3${older}`, 'abi3')) : []),
  ]
}

/** `cpython-311-x86_64-linux-gnu` → `cp311`; a debug build also takes the others' wheels. */
function cpythonAbis({ abi }: Interpreter): string[] {
  // 'cpython-313t-x86_64-linux-gnu', 'cpython-36m', 'cpython-27mu', 'cpython-311d'
  const [, version = '', flags = ''] = /^cpython-(\d+)([a-z]*)/.exec(abi) ?? []
  const isPlain = !flags.includes('d') || /m/.test(flags)
  return [`cp${version}${flags}`, ...(isPlain ? [] : [`cp${version}${flags.replace('d', '')}`])]
}

/** Those of packages without anything built. */
function plainTags(interpreter: Interpreter, platforms: readonly string[]): Tag[] {
  const [major, minor] = numbersOf(interpreter)
  const versions = [`py${major}${minor}`, `py${major}`, ...downFrom(minor - 1, 0).map((older) => `py${major}${older}`)]
  const { implementation } = interpreter
  const own = implementation === 'cpython' ? `cp${major}${minor}` : `${abbreviation(implementation)}${major}`
  return [
    ...versions.flatMap((version) => platforms.map((platform): Tag => [version, 'none', platform])),
    [own, 'none', 'any'],
    ...versions.map((version): Tag => [version, 'none', 'any']),
  ]
}

const abbreviation = (implementation: string): string =>
  ({ cpython: 'cp', pypy: 'pp' })[implementation] ?? implementation

function numbersOf({ version }: Interpreter): [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return [major, minor]
}
