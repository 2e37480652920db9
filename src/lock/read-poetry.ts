import { VenvoyError } from '../errors.js'
import { artifactOf, digestOf, filenameOf, hashesOf, markerField, publicUrl, sorted } from './artifact.js'
import type { Artifact, LockedPackage, Lockfile, Origin } from './lock.js'
import type { LockText } from './lock-source.js'
import { anyOf, type Folded, fold } from './marker.js'
import { normalName } from './name.js'
import { parseMarker } from './parse-marker.js'
import { poetryRange } from './poetry-range.js'
import { olderRoots } from './poetry-roots.js'
import { type Edge, reach } from './reach.js'
import { placesOf, readToml, type Table } from './table.js'
import { type Chosen, choose, decided } from './wanted.js'

/**
 * Reads poetry.lock, a format that poetry calls its own affair. From lock-version 2.1 on each package says in which groups and
 * when it is wanted; before, that is computed from pyproject.toml and what the packages need.
 */
export function readPoetry({ path, text, extras, groups = [], pyproject }: LockText): Lockfile {
  const file = readToml(path, text)
  const metadata = file.table('metadata')
  const packages = file.tables('package', placesOf(path, text, 'package'))
  const version = metadata?.optionalText('lock-version') ?? '1.0'
  const saysGroups = packages.every((each) => each.has('groups')) && !version.startsWith('1.')
  const known = saysGroups ? packages.flatMap((each) => each.texts('groups')) : groups
  const chosen: Chosen = {
    extras: choose('extras', extras, file.table('extras')?.keys ?? [], path),
    groups: ['main', ...choose('groups', groups, [...new Set(known)], path)],
  }
  const markers = saysGroups
    ? new Map(packages.map((each) => [each, markerOf(each, chosen)]))
    : computed(packages, olderRoots({ path, packages, chosen, pyproject, file }), chosen)
  const needed = optionalOnes(file, packages, chosen)
  const older = metadata?.table('files')
  const found = packages.flatMap((each) => {
    const marker = markers.get(each) ?? false
    const isLeftOut = saysGroups && each.isTrue('optional') && !needed.has(normalName(each.text('name')))
    return marker === false || isLeftOut ? [] : [readOne(each, marker, older)]
  })
  const requiresPython = poetryRange(metadata?.optionalText('python-versions') ?? '*')
  return {
    path,
    format: 'poetry',
    ...(requiresPython !== undefined && { requiresPython }),
    packages: sorted(found),
  }
}

/** `markers` is one for all groups, or one for each of them. */
function markerOf(table: Table, chosen: Chosen): Folded {
  const groups = table.texts('groups').filter((group) => chosen.groups.includes(normalName(group)))
  const written = table.any('markers')
  const read = (text: string | undefined): Folded =>
    text === undefined ? true : decided(parseMarker(text, table.where), chosen)
  if (groups.length === 0) return false
  if (typeof written === 'string') return read(written)
  return anyOf(groups.map((group) => read(table.table('markers')?.optionalText(group))))
}

/** Packages that only extras want: those that the chosen extras name, and what these need. */
function optionalOnes(file: Table, packages: readonly Table[], { extras }: Chosen): ReadonlySet<string> {
  const table = file.table('extras')
  const named = (table?.keys ?? [])
    .filter((key) => extras.includes(normalName(key)))
    // 'redis (>=5)' → 'redis'
    .flatMap((key) => table!.texts(key).map((text) => normalName(text.split(/[\s([<>=!~;]/)[0]!)))
  const edges = edgesBetween(packages)
  return new Set([...reach(named.map(always), edges).keys()].map((node) => node.split(' ')[0]!))
}

const always = (to: string): Edge => ({ to, marker: true })

function computed(packages: readonly Table[], roots: readonly Edge[], chosen: Chosen): ReadonlyMap<Table, Folded> {
  const edges = edgesBetween(packages)
  const found = reach(roots, edges)
  const parts = [...found].map(([node, marker]) => [node.split(' ')[0]!, decided(marker, chosen)] as const)
  return new Map(
    packages.map((each) => {
      const name = normalName(each.text('name'))
      return [each, anyOf(parts.filter(([own]) => own === name).map(([, marker]) => marker))]
    }),
  )
}

/** What each package needs, by name; `name extra` is what an extra of it needs. */
function edgesBetween(packages: readonly Table[]): (node: string) => readonly Edge[] {
  const there = new Map<string, Table[]>()
  for (const each of packages) {
    const name = normalName(each.text('name'))
    there.set(name, [...(there.get(name) ?? []), each])
  }
  return (node) => {
    const [name = '', extra] = node.split(' ')
    return (there.get(name) ?? [])
      .flatMap((each) => dependenciesOf(each, extra))
      .filter(({ to }) => there.has(to.split(' ')[0]!))
  }
}

function dependenciesOf(table: Table, extra: string | undefined): Edge[] {
  const list = table.table('dependencies')
  const offered = table.table('extras')
  const ofExtra = (offered?.keys ?? [])
    .filter((key) => extra !== undefined && normalName(key) === extra)
    .flatMap((key) => offered!.texts(key).map((text) => normalName(text.split(/[\s([<>=!~;]/)[0]!)))
  return (list?.keys ?? []).flatMap((key) => {
    const name = normalName(key)
    // 'x = "^1"', 'x = {version = "^1", optional = true}', 'x = [{…}, {…}]'
    const value = list!.any(key)
    const ways = Array.isArray(value) ? list!.tables(key) : typeof value === 'string' ? [] : [list!.table(key)!]
    if (ways.length === 0) return extra === undefined ? [always(name)] : []
    return ways
      .filter((way) => (way.isTrue('optional') ? ofExtra.includes(name) : extra === undefined))
      .flatMap((way) => edgesOf(name, way))
  })
}

function edgesOf(name: string, way: Table): Edge[] {
  const written = way.optionalText('markers')
  const whole = written === undefined ? true : parseMarker(written, way.where)
  // An optional one says for which extra: that is decided by the way that led here.
  const marker = way.isTrue('optional') ? withoutExtra(whole) : whole
  return [{ to: name, marker }, ...way.texts('extras').map((extra) => ({ to: `${name} ${normalName(extra)}`, marker }))]
}

const withoutExtra = (marker: Folded): Folded =>
  fold(marker, ({ left, right }) =>
    [left, right].some(({ kind, text }) => kind === 'variable' && text === 'extra') ? true : undefined,
  )

function readOne(table: Table, marker: Folded, older: Table | undefined): LockedPackage {
  const name = table.text('name')
  const source = table.table('source')
  const isIndex = source === undefined || source.optionalText('type') === 'legacy'
  const files = table.has('files') ? table.tables('files') : (older?.tables(name) ?? [])
  const artifacts = files.map((each) => readFile(each))
  const origin = isIndex ? undefined : originOf(source, table)
  const requiresPython = poetryRange(table.optionalText('python-versions') ?? '*')
  if (artifacts.length === 0 && origin === undefined) throw table.fault('files', `of ${name} are missing`)
  return {
    name: normalName(name),
    version: table.text('version'),
    ...markerField(marker),
    ...(requiresPython !== undefined && { requiresPython }),
    hashes: hashesOf(artifacts),
    artifacts,
    ...(origin && { origin }),
    ...(isIndex && source !== undefined && { index: publicUrl(source.text('url')) }),
  }
}

function readFile(table: Table): Artifact {
  const file = table.text('file')
  const digest = digestOf(table.optionalText('hash'), table, `hash of ${file}`)
  return artifactOf({ filename: filenameOf(file), digest, url: table.optionalText('url') })
}

function originOf(source: Table, table: Table): Origin {
  const [type, url] = [source.text('type'), source.text('url')]
  if (type === 'directory' || type === 'file') return { kind: 'folder', path: url }
  if (type === 'url') return { kind: 'url', url }
  if (type !== 'git')
    throw new VenvoyError({ kind: 'config', where: table.where, what: `a source of type ${type} is not known` })
  const subdirectory = source.optionalText('subdirectory')
  const commit = source.text('resolved_reference')
  return { kind: 'vcs', url: `git+${url}`, commit, ...(subdirectory !== undefined && { subdirectory }) }
}
