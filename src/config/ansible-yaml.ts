import { parse } from 'yaml'
import { VenvoyError } from '../errors.js'
import { AnsibleInventory } from './ansible.js'
import { hostsOf } from './ansible-ini.js'

type Values = Readonly<Record<string, unknown>>

/** Reads an inventory in Ansible's YAML form. Throws a VenvoyError of kind `config`. */
export function parseAnsibleYaml(source: string, text: string): AnsibleInventory {
  const inventory = new AnsibleInventory()
  inventory.group('all')
  const read = (name: string, written: unknown, place: string): void => {
    const { hosts, vars, children } = mapOf(written, source, place)
    const group = inventory.group(name)
    group.vars = { ...group.vars, ...mapOf(vars, source, `${place}.vars`) }
    for (const [pattern, own] of Object.entries(mapOf(hosts, source, `${place}.hosts`)))
      for (const { host, port } of hostsOf(pattern)) {
        const said = mapOf(own, source, `${place}.hosts.${pattern}`)
        inventory.addHost(host, { ...(port !== undefined && { ansible_port: port }), ...said }, name)
      }
    for (const [child, inner] of Object.entries(mapOf(children, source, `${place}.children`))) {
      group.children.add(child)
      read(child, inner, `${place}.children.${child}`)
    }
  }
  for (const [name, group] of Object.entries(mapOf(readYaml(source, text), source, ''))) read(name, group, name)
  return inventory
}

function readYaml(source: string, text: string): unknown {
  try {
    return parse(text, { prettyErrors: false, logLevel: 'error', maxAliasCount: 1000, customTags: [vault, unsafe] })
  } catch (error) {
    throw new VenvoyError({ kind: 'config', where: source, what: `no YAML: ${(error as Error).message}` })
  }
}

// What Ansible would decrypt is no value that could be used here.
const vault = { tag: '!vault', resolve: () => [] }
const unsafe = { tag: '!unsafe', resolve: (text: string) => text }

function mapOf(value: unknown, source: string, place: string): Values {
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Values
  throw new VenvoyError({ kind: 'config', where: source, what: `${place || 'the file'}: should be a map` })
}
