import { VenvoyError } from '../errors.js'
import { artifactOf, digestOf, filenameOf, hashesOf, markerField, publicUrl, sorted } from './artifact.js'
import type { Artifact, LockedPackage, Lockfile, Origin } from './lock.js'
import type { LockText } from './lock-source.js'
import { allOf, anyOf, type Folded } from './marker.js'
import { normalName } from './name.js'
import { parseMarker } from './parse-marker.js'
import { type Edge, reach } from './reach.js'
import { placesOf, readToml, type Table } from './table.js'
import { type Chosen, choose, decided } from './wanted.js'

/**
 * Reads uv.lock: what the project in its folder needs, with the chosen extras and groups (without: none), each package with
 * the markers on the way to it. The project itself is no package of it: its code comes with the release.
 */
export function readUv({ path, text, extras, groups = [] }: LockText): Lockfile {
  const file = readToml(path, text)
  if (file.optionalNumber('version') !== 1)
    throw file.fault('version', 'is not 1: this version of venvoy reads no other')
  const packages = file.tables('package', placesOf(path, text, 'package'))
  const project = projectOf(packages, path)
  const graph = new Graph(packages, project, {
    extras: choose('extras', extras, project.table('optional-dependencies')?.keys ?? [], path),
    groups: choose('groups', groups, project.table('dev-dependencies')?.keys ?? [], path),
  })
  const requiresPython = file.optionalText('requires-python')
  return {
    path,
    format: 'uv',
    ...(requiresPython !== undefined && { requiresPython }),
    packages: sorted(graph.wanted()),
  }
}

/** The one whose source is the lockfile's own folder, or else the only one that is a folder. */
function projectOf(packages: readonly Table[], path: string): Table {
  const folders = packages.filter((each) => folderOf(each) !== undefined)
  const project = folders.find((each) => folderOf(each) === '.') ?? (folders.length === 1 ? folders[0] : undefined)
  if (project !== undefined) return project
  throw new VenvoyError({
    kind: 'config',
    where: path,
    what: 'it does not say which project it belongs to',
    why: [`it holds ${packages.length} packages, and none is the folder of the lockfile`],
    next: 'export what is wanted: uv export --format pylock.toml -o pylock.toml',
  })
}

function folderOf(table: Table): string | undefined {
  const source = table.table('source')
  return source?.optionalText('virtual') ?? source?.optionalText('editable') ?? source?.optionalText('directory')
}

class Graph {
  readonly #byKey = new Map<string, Table>()
  readonly #byName = new Map<string, string[]>()
  readonly #project: string
  readonly #chosen: Chosen
  /** uv writes of conflicting extras and groups as of extras with long names: `extra-4-blog-cpu`, `group-4-blog-dev`. */
  readonly #encoded: Chosen

  constructor(packages: readonly Table[], project: Table, chosen: Chosen) {
    packages.forEach((each, i) => {
      const name = normalName(each.text('name'))
      const key = `${i}`
      this.#byKey.set(key, each)
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), key])
    })
    this.#project = String(packages.indexOf(project))
    this.#chosen = chosen
    const own = normalName(project.text('name'))
    const encode = (kind: string, names: readonly string[]) =>
      names.map((each) => `${kind}-${own.length}-${own}-${each}`)
    this.#encoded = {
      extras: [...encode('extra', chosen.extras), ...encode('group', chosen.groups), `project-${own.length}-${own}`],
      groups: [],
    }
  }

  wanted(): LockedPackage[] {
    const found = reach(this.#roots(), (from) => this.#edgesOf(from))
    const markers = new Map<string, Folded>()
    for (const [node, marker] of found) {
      // A package is wanted when it is, or an extra of it.
      const key = node.split(' ')[0]!
      markers.set(key, anyOf([markers.get(key) ?? false, marker]))
    }
    return [...markers].flatMap(([key, marker]) =>
      key === this.#project ? [] : [readOne(this.#byKey.get(key)!, marker)],
    )
  }

  #roots(): Edge[] {
    const { extras, groups } = this.#chosen
    return [
      { to: this.#project, marker: true },
      ...extras.map((extra): Edge => ({ to: `${this.#project} ${extra}`, marker: true })),
      ...groups.flatMap((group) => this.#read(this.#byKey.get(this.#project)!, 'dev-dependencies', group)),
    ]
  }

  /** A node is a package, or a package and one of its extras. */
  #edgesOf(node: string): Edge[] {
    const [key = '', extra] = node.split(' ')
    const table = this.#byKey.get(key)!
    if (extra !== undefined) return this.#read(table, 'optional-dependencies', extra)
    return table.tables('dependencies').flatMap((each) => this.#follow(each))
  }

  #read(table: Table, key: string, name: string): Edge[] {
    const list = table.table(key)
    const own = list?.keys.find((each) => normalName(each) === name)
    return own === undefined ? [] : list!.tables(own).flatMap((each) => this.#follow(each))
  }

  #follow(dependency: Table): Edge[] {
    const written = dependency.optionalText('marker')
    const marker = written === undefined ? true : decided(parseMarker(written, dependency.where), this.#encoded)
    const key = this.#keyOf(dependency)
    return [
      { to: key, marker },
      ...dependency.texts('extra').map((extra) => ({ to: `${key} ${normalName(extra)}`, marker })),
    ]
  }

  /** A dependency says version and source where there are several. */
  #keyOf(dependency: Table): string {
    const name = normalName(dependency.text('name'))
    const version = dependency.optionalText('version')
    const source = JSON.stringify(dependency.any('source'))
    const keys = (this.#byName.get(name) ?? []).filter((key) => {
      const table = this.#byKey.get(key)!
      return (
        (version === undefined || table.optionalText('version') === version) &&
        (source === undefined || JSON.stringify(table.any('source')) === source)
      )
    })
    if (keys.length === 0) throw dependency.fault(name, 'is not among the packages')
    return keys[0]!
  }
}

function readOne(table: Table, marker: Folded): LockedPackage {
  const source = table.table('source')
  const url = source?.optionalText('url')
  const artifacts = [...table.tables('wheels'), ...(table.has('sdist') ? [table.table('sdist')!] : [])].map((each) =>
    readFile(each, url),
  )
  const origin = originOf(table)
  const registry = source?.optionalText('registry')
  return {
    name: normalName(table.text('name')),
    version: table.optionalText('version') ?? '',
    ...markerField(allOf([marker, forkOf(table)])),
    hashes: hashesOf(artifacts),
    artifacts,
    ...(origin && { origin }),
    ...(registry !== undefined && /^https?:/.test(registry) && { index: publicUrl(registry) }),
  }
}

/** For which of uv's separate solutions a version was chosen. */
const forkOf = (table: Table): Folded =>
  table.has('resolution-markers')
    ? anyOf(table.texts('resolution-markers').map((text) => parseMarker(text, table.where)))
    : true

function readFile(table: Table, source: string | undefined): Artifact {
  const url = table.optionalText('url') ?? source
  const path = table.optionalText('path')
  const filename = table.optionalText('filename') ?? filenameOf(url ?? path ?? '')
  const digest = digestOf(table.optionalText('hash'), table, `hash of ${filename}`)
  return artifactOf({ filename, digest, url, path, size: table.optionalNumber('size') })
}

function originOf(table: Table): Origin | undefined {
  const source = table.table('source')
  const git = source?.optionalText('git')
  if (git !== undefined) {
    // 'https://example.com/x.git?subdirectory=lib&rev=main#0f3c…'
    const [, url = git, query = '', commit] = /^([^?#]+)(\?[^#]*)?#([0-9a-f]{40})$/.exec(git) ?? []
    if (commit === undefined) throw table.fault('source.git', `names no commit: ${git}`)
    const subdirectory = new URLSearchParams(query).get('subdirectory')
    return { kind: 'vcs', url: `git+${url}`, commit, ...(subdirectory !== null && { subdirectory }) }
  }
  const url = source?.optionalText('url')
  if (url !== undefined) return { kind: 'url', url }
  const folder = folderOf(table) ?? source?.optionalText('path')
  return folder === undefined ? undefined : { kind: 'folder', path: folder }
}
