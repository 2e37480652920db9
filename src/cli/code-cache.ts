import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'

type Compile = (module: Module, file: string) => void

/** How long what V8 made is kept. What is in use is then made again, what belongs to an earlier venvoy is gone. */
const days = 30

/**
 * Has the files of `chunks` (.cjs, ASCII, with a digest of their content in their names) compiled from what V8 made of them in an
 * earlier run: most of a start is reading JavaScript. Node has this built in since 22.8, but only as compiled before a function
 * ran; here functions that ran are among it. `kept` is the folder for it, which may fail in any way: then all is compiled as ever.
 * Only a folder that no other user can write into is believed. Returns the `require` of these files.
 */
export function compileFromCache(chunks: string, kept: string): (file: string) => unknown {
  const made = new Map<string, Script>()
  const isBelieved = isOurs(kept)
  const others = createRequire(join(chunks, 'any.cjs'))
  const run = (module: Module, file: string): void => {
    const cachedData = isBelieved ? read(join(kept, basename(file))) : undefined
    const script = compile(file, cachedData)
    if (cachedData === undefined || script.cachedDataRejected) made.set(file, script)
    script.runInThisContext()(module.exports, require, module, file, chunks)
  }
  // A name that begins so is that of a file beside: Node would look for it, and for what it links to.
  const require = (name: string): unknown => (name.startsWith('./') ? load(join(chunks, name)) : others(name))
  const load = (file: string): unknown => {
    const known = others.cache[file]
    if (known !== undefined) return known.exports
    const module = new Module(file)
    module.filename = file
    others.cache[file] = module
    run(module, file)
    module.loaded = true
    return module.exports
  }
  // What imports dist/index.js, as tasks do, comes to the same files by Node's own way.
  const { extensions } = others as unknown as { readonly extensions: Record<string, Compile> }
  const usual = extensions['.js']!
  extensions['.cjs'] = (module, file) => (dirname(file) === chunks ? run(module, file) : usual(module, file))
  process.once('exit', () => {
    if (made.size > 0) keep(made, kept)
  })
  return load
}

function compile(file: string, cachedData: Buffer | undefined): Script {
  const text = readFileSync(file, 'latin1')
  return new Script(`(function(exports,require,module,__filename,__dirname){${text}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  })
}

/** What V8 reads from there it runs without looking at it. */
function isOurs(folder: string): boolean {
  try {
    const { uid, mode } = statSync(folder)
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)
  } catch {
    return false
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function keep(made: ReadonlyMap<string, Script>, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOurs(folder)) return
    for (const [file, script] of made) put(join(folder, basename(file)), script.createCachedData())
    prune(folder, Date.now() - days * 24 * 3600 * 1000)
  } catch {
    // A full disk, a home that cannot be written: the next start takes as long as this one.
  }
}

/** Whole or not at all, even if the power goes: V8 holds the length and the version against its own, but not each byte. */
function put(path: string, data: Buffer): void {
  const beside = `${path}.${process.pid}`
  try {
    writeFileSync(beside, data, { mode: 0o600, flush: true })
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** Takes away what was written before `since`, that of other versions of Node included. */
function prune(folder: string, since: number): void {
  for (const version of readdirSync(dirname(folder))) {
    for (const name of readdirSync(join(folder, '..', version))) {
      const path = join(folder, '..', version, name)
      if (statSync(path).mtimeMs < since) rmSync(path)
    }
  }
}
