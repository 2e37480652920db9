import { chmod, mkdir, readFile } from 'node:fs/promises'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

type Module = Record<string, unknown>

/** Loads the files of one folder of tasks, one after the other: what one says while it is loaded comes in order. */
export interface TaskLoader {
  load(files: readonly string[]): Promise<readonly Module[]>
}

/** What a file of tasks threw while it was loaded. */
export class LoadError extends Error {
  readonly file: string

  constructor(file: string, cause: unknown) {
    super(`${file} cannot be loaded`, { cause })
    this.file = file
  }
}

/**
 * TypeScript without a build. Where Node reads it by itself, Node does; else, and for what Node refuses (enums, `./db.js` for
 * db.ts), jiti. All of a folder goes one way: a file that is imported by two is one module.
 */
export async function openTaskLoader(base: string, cache: string): Promise<TaskLoader> {
  const viaNode = (await canNode(base)) ? nodeLoader() : undefined
  return {
    async load(files) {
      try {
        if (viaNode !== undefined) return await viaNode.load(files)
      } catch (error) {
        if (!(error instanceof LoadError) || !isRefusal(error.cause)) throw error
      }
      return (await jitiLoader(base, cache)).load(files)
    },
  }
}

const own = new URL('../index.js', import.meta.url)

type Resolve = (name: string, context: unknown, next: (name: string, context: unknown) => unknown) => unknown

/** Since Node 22.15. */
const { registerHooks } = nodeModule as {
  readonly registerHooks?: (hooks: { readonly resolve: Resolve }) => { deregister(): void }
}

/** Node 22.18 and 24 strip types. A package.json that does not say what its files are would make it warn about each. */
async function canNode(base: string): Promise<boolean> {
  if (!('typescript' in process.features) || registerHooks === undefined) return false
  for (let folder = join(base, 'tasks'); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
    if (text !== undefined) return /"type"\s*:\s*"module"/.test(text)
    if (folder === dirname(folder)) return true
  }
}

/** What Node says of a file that it cannot read, before anything in it has run. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return error instanceof SyntaxError || /^ERR_(MODULE_NOT_FOUND|UNSUPPORTED_DIR_IMPORT|UNKNOWN_FILE)/.test(code)
}

function nodeLoader(): TaskLoader {
  return {
    async load(files) {
      // `venvoy` is this one, wherever the project is, and whether it has one of its own or not.
      const hooks = registerHooks!({
        resolve: (name, context, next) => next(name === 'venvoy' ? own.href : name, context),
      })
      try {
        return await oneByOne(files, (file) => import(pathToFileURL(file).href))
      } finally {
        hooks.deregister()
      }
    },
  }
}

/** The compiled files are kept where only this user can put them. */
async function jitiLoader(base: string, cache: string): Promise<TaskLoader> {
  const { createJiti } = await import('jiti')
  const compiled = join(cache, 'tasks')
  await mkdir(compiled, { recursive: true, mode: 0o700 })
  // It may have been there before, made by someone who did not care.
  await chmod(compiled, 0o700)
  const alias = { venvoy: fileURLToPath(own) }
  const jiti = createJiti(join(base, 'tasks/'), { fsCache: compiled, alias, interopDefault: false })
  return { load: (files) => oneByOne(files, (file) => jiti.import(file)) }
}

async function oneByOne(files: readonly string[], load: (file: string) => Promise<Module>): Promise<Module[]> {
  const modules: Module[] = []
  for (const file of files) {
    modules.push(
      await load(file).catch((error: unknown) => {
        throw new LoadError(file, error)
      }),
    )
  }
  return modules
}
