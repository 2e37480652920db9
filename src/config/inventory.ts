import type { Document, Path } from './diagnostic.js'
import { readLayers, type Texts } from './layers.js'
import { merge } from './merge.js'
import { type Entry, find, type MapNode, type Node, toValue } from './node.js'
import { type InventoryInput, inventory as inventorySchema } from './schema.js'

type Values = Readonly<Record<string, unknown>>

/** Hosts and groups from elsewhere, in the words of deploy.yml: they are held against its schema like what it says itself. */
export interface Inventory {
  /** As shown to people: `hosts.ini`, `./hosts.sh`. */
  readonly source: string
  readonly hosts: Readonly<Record<string, Values>>
  readonly groups: Readonly<Record<string, Values & { readonly hosts: readonly string[] }>>
}

/** An entry of `inventory:`, and where it stands. */
export interface InventoryEntry {
  readonly input: InventoryInput
  readonly path: Path
}

/** What `inventory:` asks for, to be fetched before the file can be read as a whole; nothing where it is wrong. */
export function wantedInventories(texts: Texts): readonly InventoryEntry[] {
  // Most files have none, and need not be read twice.
  const written = [texts.text, texts.overlay?.text, ...(texts.sets ?? [])]
  if (!written.some((text) => text?.includes('inventory'))) return []
  const { root } = readLayers(texts)
  const node = root && find(root, ['inventory'])?.node
  if (node?.kind !== 'list') return []
  return node.items.flatMap((item, i) => {
    const input = inventorySchema.safeParse(toValue(item)).data
    return input === undefined ? [] : [{ input, path: ['inventory', i] }]
  })
}

/** The file with what its inventories say below it: a host may be in both, and the file has the last word. */
export function withInventories(root: MapNode, inventories: readonly Inventory[]): MapNode {
  if (inventories.length === 0) return root
  const base = inventories.map(nodeOf).reduce((below, above) => merge(below, withMembersOf(below, above)))
  return { ...merge(base, root), place: root.place }
}

function nodeOf({ source, hosts, groups }: Inventory): MapNode {
  return toNode({ hosts, groups }, { file: source, text: '', isSet: true }) as MapNode
}

/** Two inventories may name hosts of one group; their lists would replace one another. */
function withMembersOf(below: MapNode, above: MapNode): MapNode {
  const groups = above.entries.get('groups')!
  const joined = [...(groups.node as MapNode).entries].map(([name, entry]): [string, Entry] => {
    const before = find(below, ['groups', name, 'hosts'])?.node
    const { key, node } = (entry.node as MapNode).entries.get('hosts')!
    if (before?.kind !== 'list' || node.kind !== 'list') return [name, entry]
    const hosts = { key, node: { ...node, items: [...before.items, ...node.items] } }
    const group = entry.node as MapNode
    return [name, { ...entry, node: { ...group, entries: new Map(group.entries).set('hosts', hosts) } }]
  })
  const node = { ...(groups.node as MapNode), entries: new Map(joined) }
  return { ...above, entries: new Map(above.entries).set('groups', { ...groups, node }) }
}

function toNode(value: unknown, document: Document): Node {
  const place = { document, start: 0, end: 0 }
  if (Array.isArray(value)) return { kind: 'list', place, items: value.map((item) => toNode(item, document)) }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, each]) => [key, { key: place, node: toNode(each, document) }] as const,
    )
    return { kind: 'map', place, entries: new Map(entries) }
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  return { kind: 'scalar', place, value: scalar, source: String(scalar) }
}
