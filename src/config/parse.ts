import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { type Diagnostic, type Document, diagnose, type Path } from './diagnostic.js'
import type { Entry, MapNode, Node } from './node.js'
import { describeYamlErrors } from './yaml-errors.js'

const largest = 1_000_000
const deepest = 64
/** How many nodes aliases may stand for, all together. */
const mostGrown = 50_000

export interface Parsed {
  /** Absent for an empty file, and where the text is no YAML at all. */
  readonly root?: MapNode
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads YAML 1.2 with places, and explains its traps. What can be read is read, even where there are mistakes. */
export function parse(document: Document): Parsed {
  const { node, diagnostics } = parseValue(document)
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return { diagnostics }
  if (node.kind === 'map') return { root: node, diagnostics }
  return { diagnostics: [diagnose(node.place, [], 'the file should be a map: keys like `project: blog`, one a line')] }
}

/** The same for a text that may be any value. */
export function parseValue(document: Document): { node?: Node; diagnostics: readonly Diagnostic[] } {
  const unfit = findUnfit(document)
  if (unfit) return { diagnostics: [unfit] }
  const yaml = parseDocument(document.text, {
    prettyErrors: false,
    uniqueKeys: false,
    customTags: [
      { tag: '!secret', resolve: (name: string) => name },
      { tag: '!secret', collection: 'map', resolve: (map) => map },
    ],
  })
  const errors = describeYamlErrors(document, yaml)
  if (yaml.errors.length > 0 || yaml.directives?.yaml.version === '1.1') return { diagnostics: errors }
  const { node, diagnostics, isBomb } = new Conversion(document).run(yaml.contents)
  return { ...(node === undefined || isBomb ? {} : { node }), diagnostics: [...errors, ...diagnostics] }
}

function findUnfit(document: Document): Diagnostic | undefined {
  const whole = (message: string) => diagnose({ document, start: 0, end: 0 }, [], message)
  if (document.text.length > largest) {
    const megabytes = (document.text.length / 1_000_000).toFixed(1)
    return whole(`the file has ${megabytes} MB; a config has at most 1 MB`)
  }
  return document.text.includes('\0') ? whole('not a text file: it holds NUL bytes') : undefined
}

/** The document's nodes as ours, in document order, so that an anchor is known before its aliases. */
class Conversion {
  private readonly diagnostics: Diagnostic[] = []
  private readonly anchors = new Map<string, { node?: Node; size: number; isOpen: boolean }>()
  private count = 0
  private grown = 0

  constructor(private readonly document: Document) {}

  run(contents: unknown): { node: Node | undefined; diagnostics: readonly Diagnostic[]; isBomb: boolean } {
    const place = { document: this.document, start: 0, end: 0 }
    const empty: Node = { kind: 'scalar', place, value: null, source: '' }
    const node = contents === null ? empty : this.convert(contents, [])
    return { node, diagnostics: this.diagnostics, isBomb: this.grown > mostGrown }
  }

  private convert(yaml: unknown, path: Path): Node | undefined {
    if (isAlias(yaml)) return this.alias(yaml, path)
    const { anchor } = yaml as { anchor?: string }
    if (anchor === undefined) return this.own(yaml, path)
    const record: { node?: Node; size: number; isOpen: boolean } = { size: 0, isOpen: true }
    this.anchors.set(anchor, record)
    const before = this.count
    const node = this.own(yaml, path)
    record.size = this.count - before
    record.isOpen = false
    if (node) record.node = node
    return node
  }

  private own(yaml: unknown, path: Path): Node | undefined {
    this.count++
    if (path.length > deepest) return this.refuse(yaml, path, `nested more than ${deepest} deep`)
    // Reported with the document's other unknown tags.
    if (isMap(yaml) && yaml.tag === '!secret') return this.secretMap(yaml, path)
    if (isCollection(yaml) && yaml.tag?.startsWith('!')) return undefined
    // `port: {{ base }}` is a map whose key is the map `{ base }`.
    const braces = isMap(yaml) && yaml.items.find(({ key }) => isMap(key))
    if (braces) return this.refuse(braces.key, path, '{ begins a map in YAML', 'put quotes around it: "{{ name }}"')
    if (isMap(yaml)) return this.map(yaml, path)
    if (isSeq(yaml)) {
      const items = yaml.items.map((item, i) => this.convert(item, [...path, i]))
      return { kind: 'list', place: this.placeOf(yaml), items: items.filter((item) => item !== undefined) }
    }
    return isScalar(yaml) ? this.scalar(yaml, path) : this.refuse(yaml, path, 'not a value that venvoy knows')
  }

  private scalar(yaml: Scalar, path: Path): Node | undefined {
    const place = this.placeOf(yaml)
    const { value, tag } = yaml
    const source = yaml.source ?? ''
    if (tag === '!secret') return this.secret(yaml, path)
    if (typeof value === 'string' && value.includes('\0')) return this.refuse(yaml, path, 'text cannot hold a NUL')
    // `3.10` is 3.1 to YAML, `0644` is 644, `1e3` is 1000: nobody who writes these means that.
    if (typeof value === 'number' && String(value) !== source)
      this.refuse(yaml, path, `${source} is read as the number ${value}`, `quote it: "${source}"`)
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
      return { kind: 'scalar', place, value: value as string | number | boolean | null, source }
    return this.refuse(yaml, path, 'not a value that venvoy knows')
  }

  private secret(yaml: Scalar, path: Path): Node | undefined {
    const name = String(yaml.value)
    // BLOG_STAGING_KEY
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { kind: 'secret', place: this.placeOf(yaml), said: name }
    return this.refuse(yaml, path, '!secret takes a name, as in `!secret BLOG_STAGING_KEY`, or a map')
  }

  /** `!secret { command: pass show blog }` */
  private secretMap(yaml: YAMLMap, path: Path): Node {
    return { kind: 'secret', place: this.placeOf(yaml), said: this.map(yaml, path) }
  }

  private alias(yaml: Alias, path: Path): Node | undefined {
    const anchor = this.anchors.get(yaml.source)
    if (anchor === undefined)
      return this.refuse(yaml, path, `no anchor &${yaml.source} before this`, 'text that begins with * needs quotes')
    if (anchor.isOpen) return this.refuse(yaml, path, `*${yaml.source} stands inside of what it stands for`)
    const before = this.grown
    this.count += anchor.size
    this.grown += anchor.size
    if (this.grown <= mostGrown) return anchor.node
    // Once: each further alias would say the same.
    return before > mostGrown ? undefined : this.refuse(yaml, path, 'aliases of aliases: this grows beyond all bounds')
  }

  private map(yaml: YAMLMap, path: Path): MapNode {
    const entries = new Map<string, Entry>()
    const merged: Node[] = []
    for (const pair of yaml.items) {
      const name = this.keyName(pair, path)
      if (name === undefined) continue
      const at = [...path, name]
      const key = this.placeOf(pair.key)
      const node = pair.value === null ? this.nothing(pair) : this.convert(pair.value, at)
      if (name === '<<' && node) merged.push(node)
      else if (entries.has(name)) this.refuseTwice(entries.get(name)!, pair, at)
      else if (node) entries.set(name, { key, node })
    }
    for (const node of merged) this.merge(node, entries, path)
    return { kind: 'map', place: this.placeOf(yaml), entries }
  }

  /** `<<: *base`: what is not said here is said there. */
  private merge(node: Node, entries: Map<string, Entry>, path: Path): void {
    const sources = node.kind === 'list' ? node.items : [node]
    for (const source of sources) {
      if (source.kind !== 'map') {
        this.diagnostics.push(diagnose(node.place, [...path, '<<'], '<< takes a map, or a list of maps, by its alias'))
        return
      }
      for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry)
    }
  }

  private keyName({ key }: Pair, path: Path): string | undefined {
    if (isScalar(key) && key.value !== null) {
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
      return name === '__proto__' ? this.refuse(key, path, '__proto__ cannot be a key') : name
    }
    return this.refuse(key, path, 'a key should be text')
  }

  private nothing({ key }: Pair): Node {
    return { kind: 'scalar', place: this.placeOf(key), value: null, source: '' }
  }

  private refuseTwice(first: Entry, pair: Pair, path: Path): void {
    const line = diagnose(first.key, path, '').line
    this.refuse(pair.key, path, `said twice: first on line ${line}`)
  }

  private refuse(yaml: unknown, path: Path, message: string, hint?: string): undefined {
    this.diagnostics.push(diagnose(this.placeOf(yaml), path, message, hint))
  }

  private placeOf(yaml: unknown) {
    const [start, end] = (yaml as { range?: readonly [number, number, number] } | null)?.range ?? [0, 0]
    return { document: this.document, start, end }
  }
}
