import type { Inventory } from './inventory.js'
import { vars as varsLeaf } from './values.js'

type Vars = Readonly<Record<string, unknown>>

export interface AnsibleGroup {
  readonly hosts: Set<string>
  readonly children: Set<string>
  vars: Vars
}

/** An inventory of Ansible's as it is written, in whichever of its forms. */
export class AnsibleInventory {
  readonly hosts = new Map<string, Vars>()
  readonly groups = new Map<string, AnsibleGroup>()

  group(name: string): AnsibleGroup {
    const group = this.groups.get(name) ?? { hosts: new Set(), children: new Set(), vars: {} }
    this.groups.set(name, group)
    return group
  }

  addHost(name: string, vars: Vars, group: string): void {
    this.hosts.set(name, { ...this.hosts.get(name), ...vars })
    this.group(group).hosts.add(name)
  }

  /** The hosts of a group, those of its children included. */
  hostsIn(name: string, seen: ReadonlySet<string> = new Set()): string[] {
    if (name === 'all') return [...this.hosts.keys()]
    const group = this.groups.get(name)
    if (group === undefined || seen.has(name)) return []
    const inner = [...group.children].flatMap((child) => this.hostsIn(child, new Set([...seen, name])))
    return [...new Set([...group.hosts, ...inner])]
  }

  /** The names of the groups, parents before their children, as their vars go over each other. */
  inOrder(): string[] {
    const depth = (name: string, seen: ReadonlySet<string>): number => {
      if (name === 'all' || seen.has(name)) return 0
      const parents = [...this.groups].filter(([, { children }]) => children.has(name)).map(([parent]) => parent)
      return 1 + Math.max(0, ...parents.map((parent) => depth(parent, new Set([...seen, name]))))
    }
    const depths = new Map([...this.groups.keys()].map((name) => [name, depth(name, new Set())]))
    return [...depths.keys()].sort((a, b) => depths.get(a)! - depths.get(b)! || (a < b ? -1 : 1))
  }
}

/** What of Ansible's vars says how to connect, in our words. */
const connection: Readonly<Record<string, string>> = {
  ansible_host: 'address',
  ansible_ssh_host: 'address',
  ansible_port: 'port',
  ansible_ssh_port: 'port',
  ansible_user: 'user',
  ansible_ssh_user: 'user',
  ansible_ssh_private_key_file: 'identity_file',
  ansible_private_key_file: 'identity_file',
}

/**
 * An inventory in the words of deploy.yml. Vars that venvoy cannot hold (lists, maps, templates, other names) are left out: they
 * were written for playbooks. `leftOut` is told their names.
 */
export function fromAnsible(source: string, ansible: AnsibleInventory, leftOut: (name: string) => void): Inventory {
  const order = ansible.inOrder()
  const members = new Map(order.map((name) => [name, new Set(ansible.hostsIn(name))]))
  const hosts = [...ansible.hosts].map(([name, own]) => {
    const ofGroups = order.filter((group) => members.get(group)?.has(name)).map((group) => ansible.group(group).vars)
    return [name, { ...connectionOf(Object.assign({}, ...ofGroups, own)), vars: varsOf(own, leftOut) }] as const
  })
  const groups = order.map((name) => {
    const { hosts: own, children, vars } = ansible.group(name)
    const names = name === 'all' ? [...ansible.hosts.keys()] : [...own, ...children]
    return [name, { hosts: names, vars: varsOf(vars, leftOut) }] as const
  })
  const isFilled = ([name, { hosts: names }]: (typeof groups)[number]) => name !== 'ungrouped' || names.length > 0
  return { source, hosts: Object.fromEntries(hosts), groups: Object.fromEntries(groups.filter(isFilled)) }
}

function connectionOf(vars: Vars): Vars {
  if (vars.ansible_connection === 'local') return { address: 'local' }
  const said = Object.entries(vars).filter(([name]) => Object.hasOwn(connection, name))
  return Object.fromEntries(
    said.map(([name, value]) => {
      const isPort = connection[name] === 'port' && /^\d+$/.test(String(value))
      return [connection[name]!, isPort ? Number(value) : value]
    }),
  )
}

function varsOf(vars: Vars, leftOut: (name: string) => void): Vars {
  const own = Object.entries(vars).filter(([name]) => !name.startsWith('ansible_'))
  return Object.fromEntries(
    own.filter(([name, value]) => {
      // {{ other }} and {% if %} are templates of Ansible's
      const isTemplate = typeof value === 'string' && /\{[{%]/.test(value)
      const isFit = !isTemplate && varsLeaf.safeParse({ [name]: value }).success
      if (!isFit) leftOut(name)
      return isFit
    }),
  )
}
