import { artifactOf, digestOf, filenameOf, markerField, publicUrl, sorted } from './artifact.js'
import type { LockedPackage, Lockfile, Origin } from './lock.js'
import type { LockText } from './lock-source.js'
import { normalName } from './name.js'
import { parseMarker } from './parse-marker.js'
import { readJson, type Table } from './table.js'
import { choose } from './wanted.js'

/** Reads Pipfile.lock: its default packages, and those of the chosen groups, `develop` among them (also called `dev`). */
export function readPipfile({ path, text, extras, groups = [] }: LockText): Lockfile {
  const file = readJson(path, text)
  choose('extras', extras, [], path)
  const others = file.keys.filter((key) => key !== '_meta' && key !== 'default')
  const aliased = groups.map((group) => (group === 'dev' || group === 'dev-packages' ? 'develop' : group))
  const chosen = choose('groups', aliased, others, path)
  const meta = file.table('_meta')
  const indexes = new Map((meta?.tables('sources') ?? []).map((each) => [each.text('name'), each.text('url')]))
  const packages = new Map<string, LockedPackage>()
  for (const key of ['default', ...chosen])
    for (const each of readSection(file.table(key), indexes)) packages.set(`${each.name} ${each.version}`, each)
  const python = meta?.table('requires')?.optionalText('python_version')
  const full = meta?.table('requires')?.optionalText('python_full_version')
  const requiresPython = full !== undefined ? `==${full}` : python !== undefined ? `==${python}.*` : undefined
  return {
    path,
    format: 'pipenv',
    ...(requiresPython !== undefined && { requiresPython }),
    ...(indexes.size > 0 && { indexes: [...indexes.values()].map(publicUrl) }),
    packages: sorted([...packages.values()]),
  }
}

const readSection = (section: Table | undefined, indexes: ReadonlyMap<string, string>): LockedPackage[] =>
  (section?.keys ?? []).map((name) => readOne(name, section!.table(name)!, indexes))

function readOne(name: string, table: Table, indexes: ReadonlyMap<string, string>): LockedPackage {
  const marker = table.optionalText('markers')
  const index = indexes.get(table.optionalText('index') ?? '')
  const origin = originOf(table)
  const version = table.optionalText('version')
  if (version === undefined && origin === undefined) throw table.fault('version', 'is missing')
  const hashes = table.texts('hashes').map((hash) => digestOf(hash, table, 'hashes'))
  if (hashes.length === 0 && origin?.kind !== 'vcs' && origin?.kind !== 'folder')
    throw table.fault('hashes', 'are missing')
  const file = origin?.kind === 'url' ? filenameOf(origin.url) : undefined
  return {
    name: normalName(name),
    // '==5.1.4' → '5.1.4'
    version: (version ?? '').replace(/^={2,3}/, ''),
    ...markerField(marker === undefined ? true : parseMarker(marker, table.where)),
    hashes: [...new Set(hashes)].sort(),
    artifacts:
      file === undefined || hashes.length !== 1
        ? []
        : [artifactOf({ filename: file, digest: hashes[0]!, url: (origin as { url: string }).url })],
    ...(origin && { origin }),
    ...(index !== undefined && { index: publicUrl(index) }),
  }
}

function originOf(table: Table): Origin | undefined {
  const git = table.optionalText('git')
  const subdirectory = table.optionalText('subdirectory')
  if (git !== undefined)
    return { kind: 'vcs', url: `git+${git}`, commit: table.text('ref'), ...(subdirectory && { subdirectory }) }
  const file = table.optionalText('file')
  if (file !== undefined && /^https?:/.test(file)) return { kind: 'url', url: file }
  const path = table.optionalText('path') ?? file
  return path === undefined ? undefined : { kind: 'folder', path }
}
