import { VenvoyError } from '../errors.js'
import { AnsibleInventory, fromAnsible } from './ansible.js'
import type { Inventory } from './inventory.js'

type Values = Readonly<Record<string, unknown>>

/**
 * Reads what an inventory command prints, or a URL gives: a list of names, or of maps with a `name`, what deploy.yml can say of a host, and
 * `groups`; or what Ansible's `--list` gives. Throws a VenvoyError of kind `config`.
 */
export function parseInventoryJson(source: string, text: string, leftOut: (name: string) => void): Inventory {
  const wrong = (what: string) =>
    new VenvoyError({ kind: 'config', where: source, what, why: text.trim().split('\n').slice(0, 5), next: form })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrong(text.trim() === '' ? 'there is nothing' : 'this is no JSON')
  }
  if (Array.isArray(value)) return fromList(source, value, wrong)
  if (typeof value !== 'object' || value === null) throw wrong('a list or a map is wanted')
  return fromAnsible(source, fromGroups(value as Values, wrong), leftOut)
}

const form = 'print ["web1", {"name": "web2", "address": "10.0.0.7", "groups": ["web"]}]'

function fromList(source: string, list: readonly unknown[], wrong: (what: string) => Error): Inventory {
  const hosts: Record<string, Values> = {}
  const groups: Record<string, { hosts: string[] }> = {}
  for (const item of list) {
    const { name, groups: own = [], ...values } = typeof item === 'string' ? { name: item } : ((item ?? {}) as Values)
    if (typeof name !== 'string') throw wrong(`a host without a name: ${JSON.stringify(item)}`)
    hosts[name] = values
    for (const group of [own].flat()) {
      if (typeof group !== 'string') throw wrong(`${name}: groups should be names`)
      groups[group] = { hosts: [...(groups[group]?.hosts ?? []), name] }
    }
  }
  return { source, hosts, groups }
}

/** `{ "web": { "hosts": [...], "vars": {}, "children": [...] }, "_meta": { "hostvars": {} } }`; a group may be a bare list. */
function fromGroups({ _meta, ...groups }: Values, wrong: (what: string) => Error): AnsibleInventory {
  const inventory = new AnsibleInventory()
  inventory.group('all')
  const hostVars = ((_meta ?? {}) as { hostvars?: Record<string, Values> }).hostvars ?? {}
  for (const [name, written] of Object.entries(groups)) {
    if (typeof written !== 'object' || written === null) throw wrong(`${name}: a group should be a map or a list`)
    const {
      hosts = [],
      children = [],
      vars = {},
    } = (Array.isArray(written) ? { hosts: written } : written) as {
      hosts?: string[]
      children?: string[]
      vars?: Values
    }
    const group = inventory.group(name)
    group.vars = vars
    for (const child of children) group.children.add(child)
    for (const host of hosts) inventory.addHost(host, hostVars[host] ?? {}, name)
  }
  for (const [host, vars] of Object.entries(hostVars)) inventory.hosts.set(host, vars)
  return inventory
}
