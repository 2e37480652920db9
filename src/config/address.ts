import type { Entry, MapNode, Node, ScalarNode } from './node.js'

/** A host in one line, taken apart; the parts may still hold `{{ }}`. */
export interface Address {
  readonly user?: string
  readonly address: string
  /** Digits or a placeholder. */
  readonly port?: string
}

// deploy@web1.example.com:22     [::1]:2222     {{ vars.user }}@{{ vars.net }}.7     fe80::1 (no port: it needs brackets)
const oneLine =
  /^(?:((?:\{\{[^{}]*\}\}|[^@\s[\]{}])+)@)?(?:\[([\w:.%]+)\]|((?:\{\{[^{}]*\}\}|[^@\s:[\]{}])+))(?::(\d+|\{\{[^{}]*\}\}))?$/
const bareIpv6 = /^(?:([^@\s]+)@)?([0-9a-f]*(?::[0-9a-f]*){2,}(?:%\w+)?)$/i

/** `user@address:port`, or nothing if it is not one. */
export function parseAddress(text: string): Address | undefined {
  const ipv6 = bareIpv6.exec(text)
  if (ipv6) return { ...(ipv6[1] === undefined ? {} : { user: ipv6[1] }), address: ipv6[2]! }
  const match = oneLine.exec(text)
  if (!match) return undefined
  const [, user, bracketed, plain, port] = match
  return {
    ...(user === undefined ? {} : { user }),
    address: (bracketed ?? plain)!,
    ...(port === undefined ? {} : { port }),
  }
}

/** Writes each host that is one line as the map that it stands for, so that overlays and `--set` can say more of it. */
export function spreadHosts(root: MapNode): MapNode {
  const hosts = root.entries.get('hosts')
  if (hosts?.node.kind !== 'map') return root
  const spread = [...hosts.node.entries].map(
    ([name, entry]) => [name, { ...entry, node: spreadHost(entry.node) }] as const,
  )
  const node: MapNode = { ...hosts.node, entries: new Map(spread) }
  return { ...root, entries: new Map(root.entries).set('hosts', { ...hosts, node }) }
}

function spreadHost(node: Node): Node {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node
  const parsed = parseAddress(node.value)
  if (parsed === undefined) return node
  const { place } = node
  const entries = Object.entries(parsed).map(([key, source]): [string, Entry] => {
    const value = key === 'port' && /^\d+$/.test(source) ? Number(source) : source
    const scalar: ScalarNode = { kind: 'scalar', place, value, source }
    return [key, { key: place, node: scalar }]
  })
  return { kind: 'map', place, entries: new Map(entries) }
}
