import { readFile, stat } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import type { Config } from '../config/config.js'
import { describeDiagnostics } from '../config/diagnostic.js'
import { wantedInventories } from '../config/inventory.js'
import { type Reply, readConfig } from '../config/read.js'
import type { InventoryInput } from '../config/schema.js'
import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Target } from '../events.js'
import { adHocHosts } from './ad-hoc-hosts.js'
import { overlayOf } from './overlay.js'
import type { World } from './world.js'

export interface Loaded {
  /** Its secrets are empty where they are not set: most commands need none. */
  readonly config: Config
  /** The folder of deploy.yml: relative paths in it start there. */
  readonly base: string
  /** Lines worth saying: which overlay applies. */
  readonly notes: readonly string[]
  /** The same specs with their secrets; throws where one of theirs is not set. */
  withSecrets(specs: readonly InstanceSpec[]): readonly InstanceSpec[]
  /** Throws where a secret of these targets is not set. */
  assertSecrets(targets: readonly Target[]): void
}

export interface LoadOptions {
  readonly file?: string
  readonly set?: readonly string[]
  /** The values of -H: hosts that are in no file are added. */
  readonly host?: readonly string[]
}

/** Reads deploy.yml with its overlays. Throws a VenvoyError of kind `config` that shows every mistake at once. */
export async function loadConfig(
  world: World,
  { file = 'deploy.yml', set = [], host = [] }: LoadOptions,
): Promise<Loaded> {
  const place = resolve(world.cwd, file)
  const text = await readText(place, file)
  if (text === undefined) throw noFile(file, world.cwd)
  const overlayPlace = overlayOf(place)
  const overlayText = await readText(overlayPlace, relative(world.cwd, overlayPlace))
  const overlay =
    overlayText === undefined ? {} : { overlay: { file: relative(world.cwd, overlayPlace), text: overlayText } }
  const texts = { file, text, sets: set, ...overlay }
  const moreHosts = adHocHosts(host)
  const env = (name: string) => world.env[name]
  const { inventories, notes: inventoryNotes } = await fetchInventories(world, wantedInventories(texts), dirname(place))
  const read = (needsSecrets: (instance: Target) => boolean) =>
    configOf(readConfig(texts, { env, inventories, moreHosts, needsSecrets }))
  const { config, notes: ownNotes } = read(() => false)
  const notes = [...ownNotes, ...inventoryNotes]
  return {
    config,
    base: dirname(place),
    notes,
    withSecrets(specs) {
      const isWanted = ({ host, instance }: Target) =>
        specs.some((spec) => spec.name === instance && spec.host.name === host)
      const { instances } = read(isWanted).config
      return instances.filter(({ name, host }) => isWanted({ host: host.name, instance: name }))
    },
    assertSecrets(targets) {
      read((target) => targets.some(({ host, instance }) => host === target.host && instance === target.instance))
    },
  }
}

/** What fetches them is loaded only where a file wants some. */
async function fetchInventories(world: World, wanted: readonly InventoryInput[], base: string) {
  if (wanted.length === 0) return { inventories: [], notes: [] }
  const { loadInventories } = await import('./load-inventories.js')
  return loadInventories(world, wanted, base)
}

/** The same, or nothing where there is no file and none is needed: hosts are known by what -H calls them. */
export async function loadConfigIfAny(world: World, options: LoadOptions): Promise<Loaded | undefined> {
  return loadConfig(world, options).catch((error: unknown) => {
    const isMissing = error instanceof VenvoyError && error.failure.what === missing
    if (isMissing && options.file === undefined && options.host !== undefined) return undefined
    throw error
  })
}

const missing = 'there is no such file'

function configOf({ config, diagnostics, notes }: Reply): { config: Config; notes: readonly string[] } {
  if (config !== undefined) return { config, notes }
  throw new VenvoyError({ kind: 'config', what: describeDiagnostics(diagnostics) })
}

/** The text of a file; undefined where there is none. */
async function readText(place: string, shown: string): Promise<string | undefined> {
  try {
    if ((await stat(place)).isDirectory()) throw unreadable(shown, 'it is a folder', 'venvoy -f FOLDER/deploy.yml')
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(place))
  } catch (error) {
    if (error instanceof VenvoyError) throw error
    if (error instanceof TypeError) throw unreadable(shown, 'it is not UTF-8 text', 'save it as UTF-8')
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw unreadable(shown, message, `ls -l ${shown}`)
  }
}

const unreadable = (file: string, why: string, next: string) =>
  new VenvoyError({ kind: 'config', where: file, what: `cannot be read: ${why}`, next })

const noFile = (file: string, cwd: string) =>
  new VenvoyError({
    kind: 'config',
    where: file,
    what: missing,
    why: [`looked in ${cwd}`],
    next: "change to the project's folder, or name the file: venvoy -f PATH …",
  })
