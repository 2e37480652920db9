import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Tree } from '../operations/tree.js'
import { notePointers } from './git-lfs.js'
import { localPath } from './git-remote.js'
import { type Listing, listFiles } from './list-files.js'
import { makeTree } from './make-tree.js'
import { filePieces } from './pieces.js'
import { readFiles } from './read-files.js'
import type { SourceOptions } from './source-options.js'

type PathSpec = Extract<SourceSpec, { kind: 'path' }>

/**
 * The tree of a folder as it is now. Throws a VenvoyError for a folder that is not there, a file that cannot be read or
 * changes meanwhile, a name that is not UTF-8, and links that lead outside.
 */
export async function pathTree(spec: PathSpec, { base, signal, onNote }: SourceOptions): Promise<Tree> {
  const path = localPath(spec.path, base)
  const where = `source ${spec.path}`
  await assertFolder(where, path)
  const pointers: string[] = []
  const folder = { where, path, signal, onNote, onPointer: (each: string) => pointers.push(each) }
  const listing = await listFiles(folder, spec.ignore)
  const entries = await readFiles(folder, listing.paths)
  notePointers(pointers, 'git lfs pull', { onNote })
  const places = new Map(entries.flatMap((each) => (each.kind === 'file' ? [[each.digest, each.path] as const] : [])))
  return makeTree(where, {
    entries,
    ...describe(listing),
    pieces: (digest) => filePieces(join(path, places.get(digest)!)),
  })
}

/** Only a clean work tree is what its commit says. */
function describe({ head, changes }: Listing): { revision?: string; commit?: string } {
  if (head === undefined) return {}
  const revision = `working tree of ${head.slice(0, 7)}`
  if (changes === 0) return { revision, commit: head }
  return { revision: `${revision}, ${changes} ${changes === 1 ? 'file' : 'files'} changed` }
}

async function assertFolder(where: string, path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) return
  const what = stats === undefined ? 'no such folder' : 'not a folder'
  throw new VenvoyError({ kind: 'config', where, what, why: [`looked at ${path}`] })
}
