import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { UploadWork } from '../config/file-work.js'
import { VenvoyError } from '../errors.js'
import { isExcluded } from '../operations/glob.js'
import type { Tree } from '../operations/tree.js'
import type { UploadFiles } from '../operations/upload-files.js'
import { type LocalPath, localPaths } from './local-paths.js'
import { makeTree } from './make-tree.js'
import { filePieces } from './pieces.js'
import { readFiles } from './read-files.js'
import { unreadable } from './unreadable.js'

/** As many bytes travel with a step; more are sent only if the host asks for them. */
const mostInline = 32 * 1024

/** A part of an upload: a file or a folder, and the path below the step's that it goes to. */
interface Part {
  readonly tree: Tree
  readonly path: string
  readonly isFolder: boolean
}

/**
 * The files of an upload as they are now: all that a folder holds, whatever git thinks of it, but for what is excluded. Throws a
 * VenvoyError for what is not there, cannot be read, or is a link that leads out.
 */
export async function readUpload(work: UploadWork, base: string, onNote: (text: string) => void): Promise<UploadFiles> {
  const sources = (await Promise.all(work.from.map((from) => localPaths(from, base)))).flat()
  const kept = sources.filter(({ name }) => !isExcluded(name, work.exclude))
  if (work.delete && (kept.length === 0 || kept.some(({ isFolder }) => !isFolder)))
    throw new VenvoyError({
      kind: 'config',
      where: `upload ${work.from.join(', ')}`,
      what: 'delete: true is for folders',
      next: 'leave it out, or name a folder in from:',
    })
  const parts = await Promise.all(kept.map((source) => partOf(source, work, onNote)))
  const entries = parts.flatMap(({ tree, path, isFolder }) =>
    tree.entries.map((entry) => {
      const placed = !isFolder ? path : path === '' ? entry.path : `${path}/${entry.path}`
      if (entry.kind === 'link') return { path: placed, target: entry.target }
      return { path: placed, digest: entry.digest, size: entry.size, executable: entry.executable }
    }),
  )
  assertDistinct(entries, work)
  const trees = new Map(parts.flatMap(({ tree }) => tree.entries.map((e) => [e.kind === 'file' ? e.digest : '', tree])))
  const inline = await inlineOf(entries, (digest) => trees.get(digest)!.read(digest))
  const roots = parts.filter(({ isFolder }) => isFolder).map(({ path }) => path)
  return { entries, roots, pieces: (digest) => trees.get(digest)!.pieces(digest), ...(inline && { inline }) }
}

async function partOf(source: LocalPath, work: UploadWork, onNote: (text: string) => void): Promise<Part> {
  const { name, isFolder } = source
  // A link that is named is what it leads to.
  const place = await realpath(source.place)
  const path = isFolder ? place : dirname(place)
  const where = `upload ${work.from.join(', ')}`
  const paths = isFolder ? await pathsIn(where, place, '', work.exclude) : [basename(place)]
  const found = await readFiles({ where, path, onNote }, paths)
  const places = new Map(found.flatMap((each) => (each.kind === 'file' ? [[each.digest, each.path] as const] : [])))
  const pieces = (digest: string) => filePieces(join(path, places.get(digest)!))
  return { tree: makeTree(where, { entries: found, pieces }), path: work.into ? name : '', isFolder }
}

/** All paths in a folder but the excluded ones. Links are not followed. */
async function pathsIn(where: string, folder: string, below: string, exclude: readonly string[]): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error: Error) => {
    throw unreadable(where, `${below || folder} cannot be read`, 'make it readable', error)
  })
  const kept = entries
    .map((entry) => ({ entry, path: join(below, entry.name) }))
    .filter((each) => !isExcluded(each.path, exclude))
  const found = await Promise.all(
    kept.map(({ entry, path }) => (entry.isDirectory() ? pathsIn(where, folder, path, exclude) : [path])),
  )
  return found.flat()
}

function assertDistinct(entries: UploadFiles['entries'], { from }: UploadWork): void {
  const seen = new Set<string>()
  for (const { path } of entries) {
    if (seen.has(path)) {
      const what = `two files would both be ${path === '' ? 'that one path' : path} on the host`
      throw new VenvoyError({ kind: 'config', where: `upload ${from.join(', ')}`, what })
    }
    seen.add(path)
  }
}

async function inlineOf(
  entries: UploadFiles['entries'],
  read: Tree['read'],
): Promise<Record<string, string> | undefined> {
  const sizes = new Map(entries.flatMap((each) => ('digest' in each ? [[each.digest, each.size] as const] : [])))
  if ([...sizes.values()].reduce((sum, size) => sum + size, 0) > mostInline) return undefined
  const texts = await Promise.all(
    [...sizes.keys()].map(async (digest) => [digest, Buffer.from(await read(digest)).toString('base64')] as const),
  )
  return Object.fromEntries(texts)
}
