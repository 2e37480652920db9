import { spreadHosts } from './address.js'
import { type Diagnostic, type Document, describePath, diagnose, type Path } from './diagnostic.js'
import { merge } from './merge.js'
import type { MapNode } from './node.js'
import { parseOverride } from './override.js'
import { parse } from './parse.js'

interface Text {
  /** The path as shown to people. */
  readonly file: string
  readonly text: string
}

export interface Texts extends Text {
  /** deploy.local.yml, over the file. */
  readonly overlay?: Text
  /** `a.b=c`, over both. */
  readonly sets?: readonly string[]
}

export interface Layers {
  /** The file with all that goes over it; absent if it holds nothing. */
  readonly root?: MapNode
  readonly diagnostics: readonly Diagnostic[]
  /** In the order in which diagnostics are shown. */
  readonly files: readonly string[]
  readonly notes: readonly string[]
}

/** Reads the file, what lies over it, and each `--set`, and puts them over each other. */
export function readLayers({ file, text, overlay, sets = [] }: Texts): Layers {
  const base = readOne({ file, text })
  const over = overlay ? readOne(overlay) : { diagnostics: [] }
  const notes = overlay && over.root ? [describeOverlay(overlay.file, file, over.root)] : []
  const files = [file, ...(overlay ? [overlay.file] : []), ...sets.map((set) => `--set ${set}`)]
  const diagnostics = [...base.diagnostics, ...over.diagnostics]
  if (base.root === undefined) {
    const start = { document: { file, text }, start: 0, end: 0 }
    const empty = diagnose(start, [], 'the file is empty', '`venvoy init` writes a first one')
    return { diagnostics: base.diagnostics.length > 0 ? diagnostics : [empty, ...diagnostics], files, notes }
  }
  let root = over.root ? merge(base.root, over.root) : base.root
  for (const set of sets) {
    const override = parseOverride(set, root)
    diagnostics.push(...override.diagnostics)
    if (override.root) root = merge(root, spreadHosts(override.root))
  }
  return { root, diagnostics, files, notes }
}

function readOne({ file, text }: Text): { root?: MapNode; diagnostics: readonly Diagnostic[] } {
  const document: Document = { file, text: text.replace(/^\uFEFF/, '') }
  const { root, diagnostics } = parse(document)
  return root ? { root: spreadHosts(root), diagnostics } : { diagnostics }
}

function describeOverlay(file: string, base: string, root: MapNode): string {
  const paths = [...root.entries].flatMap(([name, { node }]): Path[] => {
    return node.kind === 'map' ? [...node.entries.keys()].map((key) => [name, key]) : [[name]]
  })
  const shown = paths.slice(0, 5).map(describePath)
  return `${file} applies over ${base}: ${[...shown, ...(paths.length > 5 ? [`${paths.length - 5} more`] : [])].join(', ')}`
}
