import type { Path } from './diagnostic.js'
import type { Entry, MapNode, Node } from './node.js'
import { partOf } from './part.js'

/** One config over another: maps merge, all else is replaced, and so is a source by one of another kind. */
export function merge(base: MapNode, over: MapNode, path: Path = []): MapNode {
  const entries = new Map<string, Entry>(base.entries)
  for (const [name, entry] of over.entries) {
    const at = [...path, name]
    const below = entries.get(name)
    const merges = below?.node.kind === 'map' && entry.node.kind === 'map' && !isOtherSource(below.node, entry.node, at)
    const node = merges ? merge(below.node as MapNode, entry.node as MapNode, at) : entry.node
    // What has merged is shown where it was first said.
    entries.set(name, merges ? { key: below.key, node } : entry)
  }
  return { ...base, entries }
}

const sourceKinds = ['git', 'path', 'svn', 'archive']

function isOtherSource(below: Node, above: Node, path: Path): boolean {
  if (partOf(path) !== 'source' || below.kind !== 'map' || above.kind !== 'map') return false
  const said = sourceKinds.filter((kind) => above.entries.has(kind))
  return said.length > 0 && !said.some((kind) => below.entries.has(kind))
}
