import { posix } from 'node:path'
import type { VenvSpec } from '../config/spec.js'
import { suggest } from '../config/suggest.js'
import { VenvoyError } from '../errors.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { meaningOf } from '../operations/requirements-line.js'
import { decodeRequirements, type NotedLine, parseRequirements } from '../operations/requirements-text.js'
import type { Tree } from '../operations/tree.js'
import { foldersOf, followLinks, linksOf } from './tree-links.js'

type Wanted = Pick<VenvSpec, 'requirements' | 'constraints' | 'packages'>

/** A file on the way from deploy.yml to the one that is read. */
interface Reference {
  /** As written there. */
  readonly written: string
  /** Relative to the tree. */
  readonly path: string
  /** `requirements.txt:3`, or `venv.requirements`. */
  readonly where: string
}

/**
 * Everything that pip will read from the tree: the files that a venv names and those that they include. Editable folders
 * of the tree are made plain ones, because a release never changes; `onNote` hears of it.
 * Throws a VenvoyError, with file and line, for what pip would stumble over on the host.
 */
export async function readRequirements(
  tree: Tree,
  wanted: Wanted,
  onNote: (text: string) => void = () => undefined,
): Promise<RequirementsFiles> {
  const reader = new RequirementsReader(tree, onNote)
  for (const [key, option] of [
    ['requirements', '-r'],
    ['constraints', '-c'],
  ] as const)
    for (const written of wanted[key]) {
      const where = `venv.${key}`
      const path = insidePath({ written, where }, '')
      await reader.read({ written, where, path }, [])
      reader.arguments.push(option, path)
    }
  for (const requirement of wanted.packages) reader.addPackage(requirement)
  return { files: reader.files, arguments: reader.arguments, needsTree: reader.needsTree }
}

class RequirementsReader {
  readonly files: Record<string, string> = {}
  readonly arguments: string[] = []
  needsTree = false
  private readonly digests: ReadonlyMap<string, string>
  private readonly folders: ReadonlySet<string>
  private readonly links

  constructor(
    private readonly tree: Tree,
    private readonly onNote: (text: string) => void,
  ) {
    const files = tree.entries.flatMap((entry) => (entry.kind === 'file' ? [[entry.path, entry.digest] as const] : []))
    this.digests = new Map(files)
    this.folders = new Set(tree.entries.flatMap(({ path }) => foldersOf(path)))
    this.links = linksOf(tree.entries)
  }

  /** Reads a file and what it includes; `above` are the files that have led here. */
  async read(reference: Reference, above: readonly string[]): Promise<void> {
    const { path, where } = reference
    if (above.includes(path)) throw circle(where, [...above.slice(above.indexOf(path)), path])
    if (path in this.files) return
    const { text, noted } = parseRequirements(await this.textOf(reference), this.exists)
    this.files[path] = text
    for (const line of noted) await this.follow(line, path, [...above, path])
  }

  /** A requirement of deploy.yml itself. */
  addPackage(requirement: string): void {
    const where = 'venv.packages'
    if (requirement.trim() === '' || requirement.startsWith('-')) throw notAPackage(where, requirement)
    const meaning = meaningOf(requirement, this.exists)
    if (meaning.kind === 'local') this.addLocal(where, meaning.path)
    this.arguments.push(requirement)
  }

  private async follow(noted: NotedLine, file: string, above: readonly string[]): Promise<void> {
    const where = `${file}:${noted.line}`
    if (noted.kind === 'include') {
      const path = insidePath({ written: noted.path, where }, posix.dirname(file))
      await this.read({ written: noted.path, where, path }, above)
    } else if (noted.kind === 'links') {
      const places = [posix.join(posix.dirname(file), noted.path), noted.path]
      if (places.some(this.exists)) this.needsTree = true
    } else if (noted.kind === 'local') {
      this.addLocal(where, noted.path)
      if (noted.editable)
        this.onNote(`${where}: installed as ${noted.requirement}, not editable: a release never changes`)
    }
  }

  private addLocal(where: string, path: string): void {
    this.needsTree = true
    if (this.exists(path)) return
    throw new VenvoyError({ kind: 'config', where, what: `there is no ${path} in the source` })
  }

  private async textOf({ written, path, where }: Reference): Promise<string> {
    const digest = this.digests.get(followLinks(path, this.links) ?? '')
    if (digest === undefined) throw this.missing(written, path, where)
    const text = decodeRequirements(await this.tree.read(digest))
    if (text !== undefined) return text
    const next = 'save it as UTF-8, or say `# -*- coding: latin-1 -*-` in its first line'
    throw new VenvoyError({ kind: 'config', where: path, what: 'the file is not UTF-8', next })
  }

  private missing(written: string, path: string, where: string): VenvoyError {
    // Suggestions are lists of packages by their looks: `requirements/base.txt`, `constraints.in`
    const names = [...this.digests.keys()].filter((name) => /\.(txt|in)$/.test(name))
    const shown = written === path ? path : `${written} (${path})`
    return new VenvoyError({
      kind: 'config',
      where,
      what: `there is no file ${shown} in the source (${suggest(path, names)})`,
    })
  }

  private readonly exists = (path: string): boolean => {
    const place = followLinks(path, this.links)
    return place !== undefined && (place === '' || this.digests.has(place) || this.folders.has(place))
  }
}

/** The path in the tree that is meant, seen from a folder of it. */
function insidePath({ written, where }: Omit<Reference, 'path'>, folder: string): string {
  if (/^(https?|file):/i.test(written))
    throw new VenvoyError({
      kind: 'config',
      where,
      what: 'requirements files behind a URL are not in this version yet',
      next: 'put the file into the project and name it here',
    })
  const path = posix.join(folder, written)
  if (written !== '' && !written.startsWith('/') && path !== '..' && !path.startsWith('../')) return path
  throw new VenvoyError({ kind: 'config', where, what: `${JSON.stringify(written)} is no file of the source` })
}

const circle = (where: string, files: readonly string[]) =>
  new VenvoyError({ kind: 'config', where, what: 'requirements files include one another', why: [files.join(' → ')] })

const notAPackage = (where: string, requirement: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: `not a package: ${JSON.stringify(requirement)}`,
    next: 'options of pip belong into a requirements file',
  })
