import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { VenvoyError } from '../errors.js'
import type { TreeEntry, TreeFile } from '../operations/tree.js'
import { largestPointer, parsePointer } from './git-lfs.js'
import { foldersOf } from './tree-links.js'
import { unreadable } from './unreadable.js'

/** A folder whose files are read. */
export interface Folder {
  /** The source, as errors name it. */
  readonly where: string
  /** Absolute. */
  readonly path: string
  readonly signal?: AbortSignal | undefined
  readonly onNote: (text: string) => void
  /** Hears of files that are Git LFS pointers. */
  readonly onPointer?: (path: string) => void
}

/** After so many files, or bytes of one file, others get their turn: a millisecond or two. */
const filesPerTurn = 64
const bytesPerTurn = 1 << 20

/**
 * Looks at the paths of a folder and hashes what is in the files. Deleted ones are passed over, and what cannot be
 * shipped (sockets, FIFOs, devices) is noted. Throws a VenvoyError for a file that cannot be read or changes meanwhile.
 *
 * The calls are the blocking ones, in short turns: for small files they take a fifth of the time of the others, which
 * visit a thread for each open, read and close.
 */
export async function readFiles(folder: Folder, paths: readonly string[]): Promise<TreeEntry[]> {
  const buffer = Buffer.allocUnsafe(bytesPerTurn)
  const entries: TreeEntry[] = []
  for (const [i, path] of paths.entries()) {
    if (i % filesPerTurn === 0) await turn()
    if (folder.signal?.aborted) throw new VenvoyError({ kind: 'interrupted', what: 'interrupted' })
    const entry = await readEntry(folder, path, buffer)
    if (entry) entries.push(entry)
  }
  return withoutBeneathLinks(entries)
}

async function readEntry(folder: Folder, path: string, buffer: Buffer): Promise<TreeEntry | undefined> {
  // U+FFFD stands where a name had bytes that are not UTF-8.
  if (path.includes('\uFFFD')) throw unreadable(folder.where, `a file name is not UTF-8: ${path}`, 'rename it')
  const place = join(folder.path, path)
  try {
    const stats = statsOf(place)
    if (stats?.isFile()) return await readRegular(folder, path, stats, buffer)
    if (stats?.isSymbolicLink()) return { kind: 'link', path, target: readlinkSync(place) }
    if (stats && !stats.isDirectory()) folder.onNote(`${path} is left out: neither a file nor a link`)
    return undefined
  } catch (error) {
    if (error instanceof VenvoyError) throw error
    throw unreadable(folder.where, `${path} cannot be read`, 'make it readable', error as Error)
  }
}

/** Undefined: it is not there, or a file has taken the place of its folder. */
function statsOf(place: string): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

async function readRegular(folder: Folder, path: string, before: Stats, buffer: Buffer): Promise<TreeFile> {
  // If a FIFO or a link has taken its place meanwhile, opening neither waits nor follows.
  const file = openSync(join(folder.path, path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const { size, digest } = await hashOf(file, buffer)
    const after = fstatSync(file)
    const isSame = size === after.size && after.mtimeMs === before.mtimeMs && after.ino === before.ino
    if (size < largestPointer && parsePointer(buffer.toString('latin1', 0, size))) folder.onPointer?.(path)
    if (!isSame) throw unreadable(folder.where, `${path} changed while it was read`, 'deploy when nothing writes to it')
    return { kind: 'file', path, executable: (after.mode & 0o100) !== 0, size, digest }
  } finally {
    closeSync(file)
  }
}

async function hashOf(file: number, buffer: Buffer): Promise<{ size: number; digest: string }> {
  const hash = createHash('sha256')
  let size = 0
  for (;;) {
    const count = readSync(file, buffer)
    hash.update(buffer.subarray(0, count))
    size += count
    if (count < buffer.length) return { size, digest: hash.digest('hex') }
    await turn()
  }
}

/** What git tracks behind a folder that is a link now: the link is shipped, not what it leads to. */
function withoutBeneathLinks(entries: TreeEntry[]): TreeEntry[] {
  const links = new Set(entries.filter(({ kind }) => kind === 'link').map(({ path }) => path))
  return links.size === 0 ? entries : entries.filter(({ path }) => !foldersOf(path).some((folder) => links.has(folder)))
}
