import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type Module from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'

type Compile = (module: Module, file: string) => void

/** How long what V8 made is kept. What is in use is then made again, what belongs to an earlier venvoy is gone. */
const days = 30

/**
 * Lets `require` take the files of `chunks` (.cjs, ASCII, with a digest of their content in their names) as V8 compiled them in
 * an earlier run: most of a start is reading JavaScript. Node has this built in since 22.8, but only per file and as compiled
 * before a function ran; here functions that ran are among it. `kept` is the folder for it, which may fail in any way: then all
 * is compiled as ever. Only a folder that no other user can write into is believed.
 */
export function compileFromCache(extensions: Record<string, Compile | undefined>, chunks: string, kept: string): void {
  const made = new Map<string, Script>()
  const isBelieved = isOurs(kept)
  extensions['.cjs'] = (module, file) => {
    if (dirname(file) !== chunks) return extensions['.js']!(module, file)
    const cachedData = isBelieved ? read(join(kept, basename(file))) : undefined
    const script = compile(file, cachedData)
    if (cachedData === undefined || script.cachedDataRejected) made.set(file, script)
    const require = (name: string): unknown => module.require(name)
    script.runInThisContext()(module.exports, require, module, file, chunks)
  }
  process.once('exit', () => {
    if (made.size > 0) keep(made, kept)
  })
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
