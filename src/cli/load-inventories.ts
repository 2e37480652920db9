import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fromAnsible } from '../config/ansible.js'
import { parseAnsibleIni } from '../config/ansible-ini.js'
import { parseAnsibleYaml } from '../config/ansible-yaml.js'
import type { Inventory, InventoryEntry } from '../config/inventory.js'
import { type Headers, readHeaders } from '../config/inventory-headers.js'
import { parseInventoryJson } from '../config/inventory-json.js'
import type { Texts } from '../config/layers.js'
import type { InventoryInput } from '../config/schema.js'
import { type SecretAnswer, type SecretSource, secretKey } from '../config/secret-source.js'
import { VenvoyError } from '../errors.js'
import { shownUrl, textByUrl } from './inventory-by-url.js'
import { ownSshConfig, sshHosts } from './ssh-hosts.js'
import type { World } from './world.js'

/** An inventory command that takes longer is stuck. Milliseconds. */
const longest = 60_000

/** Gets the secrets of these sources. */
type FetchSecrets = (sources: readonly SecretSource[]) => Promise<ReadonlyMap<string, SecretAnswer>>

/** Fetches what `inventory:` asks for, all at once. `base`: the folder of deploy.yml. Throws a VenvoyError of kind `config`. */
export async function loadInventories(
  world: World,
  texts: Texts,
  wanted: readonly InventoryEntry[],
  base: string,
  fetchSecrets: FetchSecrets,
): Promise<{ inventories: readonly Inventory[]; notes: readonly string[] }> {
  const leftOut = new Map<string, Set<string>>()
  const headers = await headersOf(world, texts, wanted, fetchSecrets)
  const inventories = await Promise.all(
    wanted.map(async ({ input }, i) => {
      const names = new Set<string>()
      const inventory = await load(world, input, base, headers[i] ?? {}, (name) => names.add(name))
      leftOut.set(inventory.source, names)
      return inGroup(inventory, input.group)
    }),
  )
  const notes = [...leftOut].flatMap(([source, names]) =>
    names.size === 0 ? [] : [`${source}: vars that are no plain values are left out: ${[...names].sort().join(', ')}`],
  )
  return { inventories, notes }
}

/** Twice: what is to be fetched shows in the first reading. */
async function headersOf(
  { env: variables }: World,
  texts: Texts,
  wanted: readonly InventoryEntry[],
  fetchSecrets: FetchSecrets,
): Promise<readonly Headers[]> {
  if (wanted.every(({ input }) => input.headers === undefined)) return []
  const env = (name: string) => variables[name]
  const sources = new Map<string, SecretSource>()
  readHeaders(texts, wanted, { env, secret: (source) => void sources.set(secretKey(source), source) })
  const answers = await fetchSecrets([...sources.values()])
  const { headers, trouble } = readHeaders(texts, wanted, { env, secret: (source) => answers.get(secretKey(source)) })
  if (trouble !== undefined) throw new VenvoyError({ kind: 'config', what: trouble })
  return headers
}

async function load(
  world: World,
  { ssh_config: patterns, command, ansible, url }: InventoryInput,
  base: string,
  headers: Headers,
  leftOut: (name: string) => void,
): Promise<Inventory> {
  if (url !== undefined) return parseInventoryJson(shownUrl(url), await textByUrl(world, url, headers), leftOut)
  if (patterns !== undefined) return fromSshConfig(world, [patterns].flat())
  if (command !== undefined) return parseInventoryJson(command, await outputOf(world, command, base), leftOut)
  const source = ansible ?? ''
  const text = await textOf(source, resolve(base, source))
  // `hosts.yml`, `hosts.yaml`, `hosts.json`
  const parse = /\.(ya?ml|json)$/.test(source) ? parseAnsibleYaml : parseAnsibleIni
  return fromAnsible(source, parse(source, text), leftOut)
}

function fromSshConfig(world: World, patterns: readonly string[]): Inventory {
  const names = sshHosts(world, patterns)
  if (names.length === 0)
    throw new VenvoyError({
      kind: 'config',
      where: 'ssh_config',
      what: `no host is called like ${patterns.join(' or ')}`,
      next: `grep -i ^host ${ownSshConfig(world)}`,
    })
  // All that ssh_config says of them is looked up at the login, as for any host.
  return { source: 'ssh_config', hosts: Object.fromEntries(names.map((name) => [name, {}])), groups: {} }
}

const inGroup = (inventory: Inventory, group: string | undefined): Inventory =>
  group === undefined
    ? inventory
    : { ...inventory, groups: { ...inventory.groups, [group]: { hosts: Object.keys(inventory.hosts) } } }

function outputOf({ env, signal }: World, command: string, cwd: string): Promise<string> {
  return new Promise((done, fail) => {
    const options = { cwd, env: { ...env }, signal, timeout: longest, maxBuffer: 64 * 1024 * 1024 }
    execFile('/bin/sh', ['-c', command], options, (error, stdout, stderr) => {
      if (error === null) return done(stdout)
      const how = error.killed ? `took longer than ${longest / 1000} s` : `exited with ${error.code ?? error.signal}`
      const why = stderr.trim().split('\n').slice(-10)
      fail(
        signal.aborted
          ? error
          : new VenvoyError({ kind: 'config', where: command, what: `the inventory command ${how}`, why }),
      )
    }).stdin?.end()
  })
}

async function textOf(source: string, path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const what = `the inventory cannot be read: ${(error as Error).message}`
    throw new VenvoyError({ kind: 'config', where: source, what, next: `ls -l ${path}` })
  }
  if (!text.startsWith('#!')) return text
  const next = `inventory: [{ command: ./${source} --list }]`
  throw new VenvoyError({ kind: 'config', where: source, what: 'this is a program', next })
}
