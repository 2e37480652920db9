import type { Path, Place } from './diagnostic.js'
import type { Scalar } from './scalar.js'
import { type SecretMap, WrittenSecret } from './written-secret.js'

/** What was written, with its places: YAML reduced to what a config can hold. */
export type Node = ScalarNode | SecretNode | ListNode | MapNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly place: Place
  readonly value: Scalar
  /** As it stands in the file: `0644`, `"8001"`. */
  readonly source: string
}

/** `!secret NAME`, or `!secret { file: key.txt }`. */
interface SecretNode {
  readonly kind: 'secret'
  readonly place: Place
  readonly said: string | MapNode
}

interface ListNode {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly Node[]
}

export interface MapNode {
  readonly kind: 'map'
  readonly place: Place
  readonly entries: ReadonlyMap<string, Entry>
}

export interface Entry {
  readonly key: Place
  readonly node: Node
}

/** The plain value, as the schema takes it. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'secret':
      // What is in the map is looked at where it is accepted.
      return new WrittenSecret(typeof node.said === 'string' ? node.said : (toValue(node.said) as SecretMap))
    case 'list':
      return node.items.map(toValue)
    case 'map':
      return Object.fromEntries([...node.entries].map(([name, entry]) => [name, toValue(entry.node)]))
  }
}

/** What a path leads to, if it is there: a node, and the key before it if it has one. */
export function find(root: Node, path: Path): { node: Node; key?: Place } | undefined {
  let found: { node: Node; key?: Place } = { node: root }
  for (const step of path) {
    const next = child(found.node, step)
    if (next === undefined) return undefined
    found = next
  }
  return found
}

/** The nearest thing to a path that is there; what is missing is shown at what it is missing from. */
export function findNearest(root: Node, path: Path): { node: Node; key?: Place; isExact: boolean } {
  for (let length = path.length; length > 0; length--) {
    const found = find(root, path.slice(0, length))
    if (found) return { ...found, isExact: length === path.length }
  }
  return { node: root, isExact: path.length === 0 }
}

/** The same map without what the path leads to. In a list, nothing is taken out alone: what holds the list goes. */
export function without(root: MapNode, path: Path): MapNode {
  const kept = cut(root, path)
  return kept?.kind === 'map' ? kept : { ...root, entries: new Map() }
}

/** The node without what the path leads to; nothing if it goes itself. */
function cut(node: Node, [step, ...rest]: Path): Node | undefined {
  if (step === undefined) return undefined
  const next = child(node, step)
  if (next === undefined) return node
  // Half a secret is none.
  if (node.kind === 'secret') return undefined
  const kept = cut(next.node, rest)
  if (node.kind === 'list') return kept && { ...node, items: node.items.with(Number(step), kept) }
  if (node.kind !== 'map') return node
  const entries = new Map(node.entries)
  if (kept === undefined) entries.delete(String(step))
  else entries.set(String(step), { ...entries.get(String(step))!, node: kept })
  return { ...node, entries }
}

function child(node: Node, step: string | number): { node: Node; key?: Place } | undefined {
  if (node.kind === 'secret') return typeof node.said === 'string' ? undefined : child(node.said, step)
  if (node.kind === 'map' && typeof step === 'string') return node.entries.get(step)
  if (node.kind !== 'list' || typeof step !== 'number') return undefined
  const item = node.items[step]
  return item && { node: item }
}
