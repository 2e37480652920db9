import { VenvoyError } from '../errors.js'
import { artifactOf, digestOf, filenameOf, hashesOf, markerField, publicUrl, sorted } from './artifact.js'
import type { Artifact, LockedPackage, Lockfile, Origin } from './lock.js'
import type { LockText } from './lock-source.js'
import { normalName } from './name.js'
import { parseMarker } from './parse-marker.js'
import { placesOf, readToml, type Table } from './table.js'
import { type Chosen, choose, decided } from './wanted.js'

/** `pylock.toml`, `pylock.staging.toml`: as PEP 751 has them, the name in between holds no dot. */
export const isPylock = (name: string): boolean => /^pylock(?:\.[^.]+)?\.toml$/.test(name)

/** Reads PEP 751. */
export function readPylock({ path, text, extras, groups }: Omit<LockText, 'pyproject'>): Lockfile {
  const file = readToml(path, text)
  checkVersion(file)
  const known = file.texts('dependency-groups')
  const defaults = file.texts('default-groups')
  const chosen: Chosen = {
    extras: choose('extras', extras, file.texts('extras'), path),
    groups: choose('groups', groups ?? defaults, [...new Set([...known, ...defaults])], path),
  }
  const requiresPython = file.optionalText('requires-python')
  const targets = file.texts('environments')
  const inputs = file.table('tool')?.table('venvoy')?.optionalText('inputs')
  const packages = file.tables('packages', placesOf(path, text, 'packages')).flatMap((each) => readOne(each, chosen))
  return {
    path,
    format: 'pylock',
    ...(requiresPython !== undefined && { requiresPython }),
    ...(targets.length > 0 && { targets }),
    ...(inputs !== undefined && { inputs }),
    // The places in a lockfile of ours are none.
    packages: sorted(inputs === undefined ? packages : packages.map(withoutPaths)),
  }
}

function checkVersion(file: Table): void {
  const version = file.text('lock-version')
  if (/^1(\.\d+)*$/.test(version)) return
  throw new VenvoyError({
    kind: 'config',
    where: file.where,
    what: `lock-version ${version} is not known`,
    why: ['this version of venvoy reads 1.0'],
    next: 'lock again with a tool that writes 1.0: venvoy lock',
  })
}

/** Nothing where the package is not wanted with these extras and groups. */
function readOne(table: Table, chosen: Chosen): LockedPackage[] {
  const name = table.text('name')
  const written = table.optionalText('marker')
  const marker = written === undefined ? true : decided(parseMarker(written, table.where), chosen)
  if (marker === false) return []
  const artifacts = [...table.tables('wheels'), ...optional(table.table('sdist'))].map((each) => readFile(each, name))
  const archive = table.table('archive')
  const origin = originOf(table)
  const requiresPython = table.optionalText('requires-python')
  const index = table.optionalText('index')
  const files = archive === undefined ? artifacts : [readFile(archive, name)]
  if (files.length === 0 && origin === undefined) throw table.fault(name, 'has no file, archive, vcs or directory')
  return [
    {
      name: normalName(name),
      version: table.optionalText('version') ?? '',
      ...markerField(marker),
      ...(requiresPython !== undefined && { requiresPython }),
      hashes: hashesOf(files),
      artifacts: files,
      ...(origin && { origin }),
      ...(index !== undefined && { index: publicUrl(index) }),
    },
  ]
}

const withoutPaths = (each: LockedPackage): LockedPackage => ({
  ...each,
  artifacts: each.artifacts.map(({ path: _, ...artifact }) => artifact),
})

function readFile(table: Table, name: string): Artifact {
  const url = table.optionalText('url')
  const path = table.optionalText('path')
  const place = table.optionalText('name') ?? (url === undefined ? path : filenameOf(url))
  if (place === undefined) throw table.fault('name', `is missing, and so are url and path (${name})`)
  const filename = place.split('/').at(-1)!
  const digest = table.table('hashes')?.optionalText('sha256')
  return artifactOf({
    filename,
    digest: digestOf(digest === undefined ? undefined : `sha256:${digest}`, table, `hashes of ${filename}`),
    url,
    path,
    size: table.optionalNumber('size'),
  })
}

function originOf(table: Table): Origin | undefined {
  const [vcs, archive, directory] = [table.table('vcs'), table.table('archive'), table.table('directory')]
  if (vcs !== undefined) {
    const url = vcs.optionalText('url')
    if (url === undefined)
      throw vcs.fault('url', 'is missing: a repository of this machine cannot be installed on a host')
    const subdirectory = vcs.optionalText('subdirectory')
    const commit = vcs.text('commit-id')
    return {
      kind: 'vcs',
      url: `${vcs.text('type')}+${url}`,
      commit,
      ...(subdirectory !== undefined && { subdirectory }),
    }
  }
  if (archive !== undefined) return { kind: 'url', url: archive.text('url') }
  return directory && { kind: 'folder', path: directory.text('path') }
}

const optional = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])
