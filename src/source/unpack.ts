import { spawn } from 'node:child_process'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { VenvoyError } from '../errors.js'
import { BrokenArchive, type TakeEntry } from './archive-entry.js'
import { isTarHeader, readTar } from './read-tar.js'
import { readZip } from './read-zip.js'

/** Packings that Node does not know, by their first bytes, and the programs that do. */
const tools = [
  { program: 'bzip2', start: Buffer.from('BZh'), package: 'bzip2' },
  { program: 'xz', start: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), package: 'xz-utils' },
  { program: 'zstd', start: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), package: 'zstd' },
]

/**
 * Reads an archive, entry by entry, whatever it is: its bytes tell, not its name. Throws a VenvoyError for what is no archive or
 * is broken; `where` names it.
 */
export async function unpack(where: string, path: string, take: TakeEntry, signal?: AbortSignal): Promise<void> {
  const file = await open(path)
  try {
    await unpackFile(where, file, take, signal)
  } catch (error) {
    if (signal?.aborted) throw new VenvoyError({ kind: 'interrupted', what: 'interrupted' }, { cause: error })
    // `Z_DATA_ERROR`, `Z_BUF_ERROR`: gzip and zip data that is not what it should be
    const isData = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    if (!(error instanceof BrokenArchive) && !isData) throw error
    const what = 'the archive cannot be read'
    throw new VenvoyError({ kind: 'config', where, what, why: [error.message] }, { cause: error })
  } finally {
    await file.close()
  }
}

async function unpackFile(where: string, file: FileHandle, take: TakeEntry, signal?: AbortSignal): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
  const start = buffer.subarray(0, bytesRead)
  const isPacked = (bytes: Uint8Array) => start.subarray(0, bytes.length).equals(bytes)
  if (isPacked(Buffer.from('PK'))) return readZip(file, take)
  const raw = file.createReadStream({ start: 0, autoClose: false, ...(signal && { signal }) })
  if (isTarHeader(start)) return readTar(raw, take)
  if (isPacked(Buffer.from([0x1f, 0x8b])))
    return readTar(
      pipeline(raw, createGunzip(), () => undefined),
      take,
    )
  const tool = tools.find((each) => isPacked(each.start))
  if (tool !== undefined) return unpackBy(where, tool, raw, take, signal)
  raw.destroy()
  throw new VenvoyError({
    kind: 'config',
    where,
    what: 'this is no archive that venvoy knows',
    why: ['known: tar, tar.gz, tar.bz2, tar.xz, tar.zst, zip'],
  })
}

async function unpackBy(
  where: string,
  { program, package: name }: (typeof tools)[number],
  raw: Readable,
  take: TakeEntry,
  signal?: AbortSignal,
): Promise<void> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'], signal })
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  pipeline(raw, child.stdin, () => undefined)
  const end = new Promise<number | Error>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? notHere(where, program, name) : error)
    })
    child.on('close', (code) => resolve(code ?? 128))
  })
  const failure = await readTar(child.stdout, take).then(
    () => undefined,
    (error: unknown) => {
      // Nobody reads on, so it would wait for ever.
      child.kill()
      return error
    },
  )
  const ended = await end
  if (ended instanceof Error) throw ended
  if (failure instanceof VenvoyError) throw failure
  // Of a broken archive, the program's own words say more than that its output ends too early.
  const words = Buffer.concat(said).toString().trim()
  if (ended !== 0 && words !== '') throw new BrokenArchive(words)
  if (failure !== undefined) throw failure
  if (ended !== 0) throw new BrokenArchive(`${program} ended with code ${ended}`)
}

const notHere = (where: string, program: string, name: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: `${program} is not installed here, and the archive needs it`,
    next: `apt-get install ${name}   (or what installs ${program} on this machine)`,
  })
