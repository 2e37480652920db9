import { VenvoyError } from '../errors.js'
import { AnsibleInventory } from './ansible.js'

type Kind = 'hosts' | 'vars' | 'children'

/** Reads an inventory in Ansible's INI form. Throws a VenvoyError of kind `config` that names the line. */
export function parseAnsibleIni(source: string, text: string): AnsibleInventory {
  const inventory = new AnsibleInventory()
  inventory.group('all')
  let section: { group: string; kind: Kind } = { group: 'ungrouped', kind: 'hosts' }
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim()
    if (line === '' || /^[#;]/.test(line)) return
    const wrong = (what: string) => new VenvoyError({ kind: 'config', where: `${source}:${i + 1}`, what, why: [line] })
    // [web]   [web:vars]   [web:children] # comment; `[::1] ansible_port=22` is a host
    const header = /^\[([^\]:\s]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(line)
    if (header !== null) section = sectionOf(header[1]!, header[2], wrong)
    else addLine(inventory, section, line, wrong)
  })
  return inventory
}

function sectionOf(group: string, kind = 'hosts', wrong: (what: string) => Error): { group: string; kind: Kind } {
  if (kind === 'hosts' || kind === 'vars' || kind === 'children') return { group, kind }
  throw wrong(`[${group}:${kind}] is no section: there are [${group}], [${group}:vars] and [${group}:children]`)
}

function addLine(
  inventory: AnsibleInventory,
  { group, kind }: { group: string; kind: Kind },
  line: string,
  wrong: (what: string) => Error,
): void {
  const into = inventory.group(group)
  if (kind === 'vars') {
    // http_port = 8080
    const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (name === undefined) throw wrong('should be name=value')
    into.vars = { ...into.vars, [name]: readValue(value!) }
    return
  }
  const [name = '', ...settings] = wordsOf(line)
  if (kind === 'children') {
    into.children.add(name)
    inventory.group(name)
    return
  }
  const pairs = settings.map((word): [string, unknown] => {
    const at = word.indexOf('=')
    if (at < 1) throw wrong(`should be name=value: ${word}`)
    return [word.slice(0, at), readValue(word.slice(at + 1))]
  })
  for (const { host, port } of hostsOf(name))
    inventory.addHost(host, { ...(port !== undefined && { ansible_port: port }), ...Object.fromEntries(pairs) }, group)
}

/** Words with quotes; a `#` that begins a word ends the line. */
function wordsOf(line: string): string[] {
  const words: string[] = []
  // web1   a="b c"   x='y z'   #comment
  for (const [word] of line.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/g)) {
    if (word.startsWith('#')) break
    words.push(word)
  }
  return words
}

/** A value as Python would read it: `8080`, `True`, `"two words"`, `plain`. */
function readValue(written: string): string | number | boolean | null {
  // "two words"   'two words'
  const quoted = /^"((?:\\.|[^"\\])*)"$/.exec(written)?.[1] ?? /^'([^']*)'$/.exec(written)?.[1]
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1')
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(written)) return Number(written)
  if (/^(True|true)$/.test(written)) return true
  if (/^(False|false)$/.test(written)) return false
  return written === 'None' ? null : written
}

const mostHosts = 10_000

/** `web[01:10].example.com:2222` and `db-[a:c]`, as the hosts that they stand for. */
export function hostsOf(written: string): { host: string; port?: number }[] {
  // web1:2222   [::1]:22   web[1:3]:22
  const [, name = written, port] = /^(\[[0-9a-f:]*::[0-9a-f:]*\]|[^:]*(?:\[[^\]]*\][^:]*)*):(\d+)$/i.exec(written) ?? []
  const hosts = expand(name).map((host) => host.replace(/^\[([0-9a-f:]*::[0-9a-f:]*)\]$/i, '$1'))
  return hosts.map((host) => (port === undefined ? { host } : { host, port: Number(port) }))
}

/** The names that ranges stand for. */
function expand(name: string): string[] {
  // [01:10]   [1:9:2]   [a:f]
  const match = /\[(?:(\d+):(\d+)|([a-z]):([a-z])|([A-Z]):([A-Z]))(?::(\d+))?\]/.exec(name)
  if (match === null) return [name]
  const [whole, from, to, a, f, A, F, stride] = match
  const step = Math.max(1, Number(stride ?? 1))
  const letters = [a ?? A, f ?? F].map((letter) => letter?.charCodeAt(0))
  const [first = 0, last = 0] = from === undefined ? letters : [Number(from), Number(to)]
  const count = Math.min(mostHosts, Math.floor((last - first) / step) + 1)
  const width = from?.startsWith('0') ? from.length : 0
  const textOf = (value: number) =>
    from === undefined ? String.fromCharCode(value) : String(value).padStart(width, '0')
  const rests = expand(name.slice(match.index + whole.length))
  const values = Array.from({ length: Math.max(0, count) }, (_, i) => textOf(first + i * step))
  return values.flatMap((value) => rests.map((rest) => name.slice(0, match.index) + value + rest)).slice(0, mostHosts)
}
