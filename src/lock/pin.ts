import { VenvoyError } from '../errors.js'
import type { HostFacts, Interpreter } from '../facts/facts.js'
import type { Artifact, LockedPackage, Lockfile, PinnedPackage } from './lock.js'
import { holds, type MarkerValues, markerValues } from './marker-values.js'
import { parseMarker } from './parse-marker.js'
import { compatibleTags } from './tags.js'
import { satisfies } from './version.js'
import { parseWheelName, rankOf } from './wheel-name.js'

/**
 * What one interpreter on one host gets of a lockfile: the packages whose markers hold there, each with the one file that
 * suits it best (its sdist where no wheel does), or with all hashes where the lockfile names no files. Throws a VenvoyError
 * where the lockfile is not for this Python, has no file for it, or wants two versions of one package.
 */
export function pin(
  lockfile: Lockfile,
  interpreter: Interpreter,
  system: Pick<HostFacts['system'], 'os' | 'arch'>,
): readonly PinnedPackage[] {
  const values = markerValues(interpreter, system)
  checkFor(lockfile, interpreter, values)
  const tags = compatibleTags(interpreter, system.arch)
  const wanted = lockfile.packages.filter(
    ({ marker }) => marker === undefined || holds(parseMarker(marker, lockfile.path), values),
  )
  checkVersions(lockfile, wanted)
  return wanted.map((each) => {
    if (each.requiresPython !== undefined && satisfies(interpreter.version, each.requiresPython) === false)
      throw notForPython(lockfile, `${nameOf(each)} is`, each.requiresPython, interpreter)
    const { marker: _, requiresPython: __, ...pinned } = each
    const named = each.artifacts.length > 0 && each.origin === undefined
    return named ? { ...pinned, ...fileOf(lockfile, each, interpreter, system.arch, tags) } : pinned
  })
}

/**
 * The file of a package whose lockfile has only hashes, among those that there are. Throws a VenvoyError where none of them
 * is for this interpreter.
 */
export function pinFile(
  lockfile: Lockfile,
  each: PinnedPackage,
  interpreter: Interpreter,
  { arch }: Pick<HostFacts['system'], 'arch'>,
): PinnedPackage {
  return { ...each, ...fileOf(lockfile, each, interpreter, arch, compatibleTags(interpreter, arch)) }
}

function checkFor(lockfile: Lockfile, interpreter: Interpreter, values: MarkerValues): void {
  const { path, requiresPython, targets } = lockfile
  if (requiresPython !== undefined && satisfies(interpreter.version, requiresPython) === false)
    throw notForPython(lockfile, 'the lockfile is', requiresPython, interpreter)
  if (targets === undefined || targets.some((marker) => holds(parseMarker(marker, path), values))) return
  throw new VenvoyError({
    kind: 'command',
    where: path,
    what: `the lockfile was not made for ${abiOf(interpreter)} on ${placeOf(interpreter, values.platform_machine!)}`,
    why: ['it is for:', ...targets.map((marker) => `  ${marker}`), `this is Python ${interpreter.version}`],
    next: 'lock for this host too: venvoy lock',
  })
}

function checkVersions(lockfile: Lockfile, wanted: readonly LockedPackage[]): void {
  const second = wanted.findIndex(({ name }, i) => wanted[i - 1]?.name === name)
  if (second < 0) return
  const both = [wanted[second - 1]!, wanted[second]!]
  throw new VenvoyError({
    kind: 'command',
    where: lockfile.path,
    what: `two versions of ${both[0]!.name} are wanted at once: ${both.map(({ version }) => version).join(' and ')}`,
    why: both.map(({ version, marker }) => `${version}: ${marker ?? 'always'}`),
    next: 'lock again, with markers that exclude each other',
  })
}

function fileOf(
  lockfile: Lockfile,
  each: LockedPackage,
  interpreter: Interpreter,
  arch: string,
  tags: ReadonlyMap<string, number>,
): { readonly hashes: readonly string[]; readonly artifacts: readonly Artifact[] } {
  const file = bestWheel(each.artifacts, tags) ?? each.artifacts.find(({ kind }) => kind === 'sdist')
  if (file === undefined) throw noFile(lockfile, each, interpreter, arch)
  return { hashes: [file.digest], artifacts: [file] }
}

/** The one that pip would take: by its tags, then by its build. */
function bestWheel(artifacts: readonly Artifact[], tags: ReadonlyMap<string, number>): Artifact | undefined {
  const ranked = artifacts.flatMap((artifact) => {
    const name = parseWheelName(artifact.filename)
    const rank = name && rankOf(name, tags)
    return rank === undefined ? [] : [{ artifact, rank, build: name!.build }]
  })
  return ranked.sort((a, b) => a.rank - b.rank || b.build - a.build)[0]?.artifact
}

function noFile(lockfile: Lockfile, each: LockedPackage, interpreter: Interpreter, arch: string): VenvoyError {
  const shown = each.artifacts.slice(0, 8).map(({ filename }) => `  ${filename}`)
  const more = each.artifacts.length - shown.length
  return new VenvoyError({
    kind: 'command',
    where: lockfile.path,
    what: `${nameOf(each)} has no wheel for ${abiOf(interpreter)} on ${placeOf(interpreter, arch)}`,
    why: ['it has:', ...shown, ...(more > 0 ? [`  and ${more} more`] : [])],
    next: `lock a version that has one (venvoy lock --upgrade ${each.name}), or choose another Python for this host`,
  })
}

const notForPython = (lockfile: Lockfile, what: string, requiresPython: string, { version, path }: Interpreter) =>
  new VenvoyError({
    kind: 'command',
    where: lockfile.path,
    what: `${what} for Python ${requiresPython}, and this is ${version}`,
    why: [`interpreter: ${path}`],
    next: 'choose another Python for this host (venv.python), or lock for this one: venvoy lock',
  })

const nameOf = ({ name, version }: LockedPackage): string => (version === '' ? name : `${name} ${version}`)

/** `cpython-313-x86_64-linux-gnu` → `cpython-313` */
const abiOf = ({ abi }: Interpreter): string => abi.split('-').slice(0, 2).join('-')

/** `linux-x86_64 (musl 1.2.4)`: what decides which wheels can be loaded. */
const placeOf = ({ platform, libc = '' }: Interpreter, arch: string): string =>
  `${platform.startsWith('macosx') ? `macos-${arch}` : platform}${libc === '' ? '' : ` (${libc})`}`
