import { type Diagnostic, type Document, diagnose } from './diagnostic.js'
import type { MapNode, Node } from './node.js'
import { parseValue } from './parse.js'

/** What one `--set a.b=c` says, as a config of its own that goes over the file's. */
export interface Override {
  readonly root?: MapNode
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a `--set`. The file says which dots belong to a name: `hosts.web1.example.com.port`. */
export function parseOverride(text: string, root: MapNode): Override {
  const equals = text.indexOf('=')
  const document: Document = { file: `--set ${text}`, text: text.slice(equals + 1), isSet: true }
  const keys = text.slice(0, equals).trim()
  if (equals === -1 || keys === '')
    return {
      diagnostics: [diagnose(placeOf(document), [], 'should be KEY=VALUE, as in --set instances.staging.port=8002')],
    }
  const { node, diagnostics } = parseValue(document)
  if (node === undefined || diagnostics.length > 0) return { diagnostics }
  // `--set env.DEBUG=` means empty text, and not YAML's null.
  const value: Node = node.kind === 'scalar' && document.text.trim() === '' ? { ...node, value: '' } : node
  return { root: wrap(keysFor(root, keys.split('.')), value, document), diagnostics }
}

function wrap(keys: readonly string[], value: Node, document: Document): MapNode {
  const place = placeOf(document)
  const [name, ...rest] = keys
  const node = rest.length === 0 ? value : wrap(rest, value, document)
  return { kind: 'map', place, entries: new Map([[name!, { key: place, node }]]) }
}

function keysFor(node: Node, names: readonly string[]): readonly string[] {
  if (node.kind !== 'map') return names
  for (let length = names.length; length > 0; length--) {
    const key = names.slice(0, length).join('.')
    const entry = node.entries.get(key)
    if (entry) return [key, ...keysFor(entry.node, names.slice(length))]
  }
  return names
}

function placeOf(document: Document) {
  return { document, start: 0, end: 0 }
}
