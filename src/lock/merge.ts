import { VenvoyError } from '../errors.js'
import { artifactOf, hashesOf, markerField, publicUrl, sorted } from './artifact.js'
import type { Artifact, LockedPackage } from './lock.js'
import type { Folded } from './marker.js'
import { kindOfTarget, type LockTarget, markerFor } from './target.js'

/** What pip would install for one target. */
export interface Resolution {
  readonly target: LockTarget
  readonly packages: readonly ResolvedPackage[]
}

type ResolvedPackage = readonly [
  name: string,
  version: string,
  filename: string,
  /** SHA-256, hexadecimal. */
  digest: string,
  /** Empty for what came from the index. */
  url: string,
]

/** One lockfile's packages for several targets: the same version once, with all its files; else markers say which is for whom. */
export function mergeResolutions(given: readonly Resolution[]): { packages: LockedPackage[]; targets: string[] } {
  // Whoever answered first must not show in the text.
  const resolutions = [...given].sort((a, b) => (a.target.label < b.target.label ? -1 : 1))
  const names = [...new Set(resolutions.flatMap(({ packages }) => packages.map(([name]) => name)))]
  return {
    packages: sorted(names.flatMap((name) => mergeOne(name, resolutions))),
    targets: [...new Set(resolutions.map(({ target }) => kindOfTarget(target)))].sort(),
  }
}

function mergeOne(name: string, resolutions: readonly Resolution[]): LockedPackage[] {
  const found = resolutions.flatMap(({ target, packages }) =>
    packages.filter(([each]) => each === name).map((resolved) => ({ target, resolved })),
  )
  const versions = new Set(found.map(({ resolved }) => resolved[1]))
  return [...versions].map((version) => {
    const own = found.filter(({ resolved }) => resolved[1] === version)
    const these = own.map(({ target }) => target)
    const others = resolutions.map(({ target }) => target).filter((target) => !these.includes(target))
    const marker = markerFor(these, others)
    if (marker === undefined) throw cannotTell(name, version, these, others)
    return lockedPackage(
      own.map(({ resolved }) => resolved),
      marker,
    )
  })
}

function lockedPackage(all: readonly ResolvedPackage[], marker: Folded): LockedPackage {
  const [name, version, , , url] = all[0]!
  const files = new Map(all.map((each) => [each[3], fileOf(each)]))
  const artifacts = [...files.values()].sort((a, b) => (a.filename < b.filename ? -1 : 1))
  return {
    name,
    version,
    ...markerField(marker),
    hashes: hashesOf(artifacts),
    artifacts,
    ...(url !== '' && { origin: { kind: 'url', url: publicUrl(url) } }),
  }
}

const fileOf = ([, , filename, digest, url]: ResolvedPackage): Artifact =>
  artifactOf({ filename, digest, url: url === '' ? undefined : publicUrl(url) })

const cannotTell = (
  name: string,
  version: string,
  these: readonly LockTarget[],
  others: readonly LockTarget[],
): VenvoyError => {
  const line = ({ host, label }: LockTarget, what: string) => `${host} (${label}): ${what}`
  return new VenvoyError({
    kind: 'config',
    what: `one lockfile cannot say which ${name} is for whom: markers do not tell these hosts apart`,
    why: [
      ...these.map((each) => line(each, `${name} ${version}`)),
      ...others.map((each) => line(each, 'another, or none')),
    ],
    next: 'give the instances of one kind a lockfile of their own: venv: { lockfile: pylock.NAME.toml }',
  })
}
