import { readFile, stat } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import type { Config } from '../config/config.js'
import { describeDiagnostics } from '../config/diagnostic.js'
import { wantedInventories } from '../config/inventory.js'
import type { Texts } from '../config/layers.js'
import { type Reply, readConfig } from '../config/read.js'
import { type SecretAnswer, type SecretPlace, type SecretSource, secretKey } from '../config/secret-source.js'
import type { SecretLookups } from '../config/secrets.js'
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
  /** The config once more, with the secrets that are needed, fetched; throws a VenvoyError that names all that cannot be had. */
  withSecrets(need: SecretNeed): Promise<Filled>
}

/** What secrets are fetched for: nothing else is run, read or asked. */
interface SecretNeed {
  readonly targets: readonly Target[]
  /** The tasks that will run there; `all`: any may be called. Default: none. */
  readonly tasks?: readonly string[] | 'all'
  /** No command of the user's will run: these are enough. */
  readonly only?: readonly ('source' | 'sudo')[]
}

interface Filled {
  readonly config: Config
  /** Lines worth saying: a file that others can read. */
  readonly notes: readonly string[]
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
  const fetched = fetchedOnce(world, dirname(place))
  const { inventories, notes: inventoryNotes } = await fetchInventories(world, texts, dirname(place), fetched)
  const read = (lookups: Omit<SecretLookups, 'env'>) => readConfig(texts, { env, inventories, moreHosts, ...lookups })
  const { config, notes: ownNotes } = configOf(read({ needsSecrets: () => false }))
  const notes = [...ownNotes, ...inventoryNotes]
  return {
    config,
    base: dirname(place),
    notes,
    async withSecrets(need) {
      const needsSecrets = isNeededBy(need)
      const wanted = new Map<string, SecretSource>()
      const { diagnostics } = read({
        needsSecrets,
        secret: (source, isNeeded) => void (isNeeded && wanted.set(secretKey(source), source)),
      })
      // Nobody is asked for a password to be told then that something else is missing.
      const { answers, notes } = await fetched([...wanted.values()], diagnostics.length === 0)
      const secret = (source: SecretSource) => answers.get(secretKey(source))
      return { config: configOf(read({ needsSecrets, secret })).config, notes }
    },
  }
}

function isNeededBy({ targets, tasks = [], only }: SecretNeed) {
  return ({ host, instance, task, use }: SecretPlace): boolean =>
    targets.some((target) => target.host === host && (target.instance === instance || use === 'sudo')) &&
    (task === undefined || tasks === 'all' || tasks.includes(task)) &&
    (only === undefined || (use !== undefined && only.includes(use)))
}

/** What fetches secrets is loaded only where a file wants some from elsewhere than the env; each is fetched once. */
function fetchedOnce(world: World, base: string) {
  const known: Map<string, SecretAnswer> = new Map()
  return async (sources: readonly SecretSource[], mayAsk: boolean) => {
    const unknown = sources.filter((source) => !known.has(secretKey(source)))
    if (unknown.length === 0) return { answers: known, notes: [] }
    const { fetchSecrets } = await import('./fetch-secrets.js')
    const { answers, notes } = await fetchSecrets(world, base, unknown, mayAsk)
    for (const [key, answer] of answers) known.set(key, answer)
    return { answers: known, notes }
  }
}

/** What fetches them is loaded only where a file wants some. */
async function fetchInventories(world: World, texts: Texts, base: string, fetched: ReturnType<typeof fetchedOnce>) {
  const wanted = wantedInventories(texts)
  if (wanted.length === 0) return { inventories: [], notes: [] }
  const { loadInventories } = await import('./load-inventories.js')
  return loadInventories(world, texts, wanted, base, async (sources) => (await fetched(sources, true)).answers)
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
