import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { VenvoyError } from '../errors.js'
import { gitCommand, lastWords } from './git-command.js'
import type { GitMirror } from './git-mirror.js'
import type { GitRemote } from './git-remote.js'
import { filePieces, type Pieces } from './pieces.js'

/** What stands in the repository in place of a large file. */
export interface LfsPointer {
  /** SHA-256 of the content, hexadecimal. */
  readonly oid: string
  /** Bytes. */
  readonly size: number
}

/** Pointers are texts of a few lines. Bytes. */
export const largestPointer = 1024

/**
 * Reads a pointer; undefined for any other text.
 *
 *     version https://git-lfs.github.com/spec/v1
 *     oid sha256:4d7a2146…
 *     size 12345
 */
export function parsePointer(text: string): LfsPointer | undefined {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return undefined
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1]
  const size = /^size (\d+)$/m.exec(text)?.[1]
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) }
}

/** Says which files are only pointers, and what to do about it. */
export function notePointers(
  paths: readonly string[],
  remedy: string,
  { onNote }: { onNote(text: string): void },
): void {
  if (paths.length === 0) return
  const shown = paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ')
  onNote(`Git LFS pointers are deployed as they are, without their contents: ${shown} (${remedy})`)
}

/** Whether Git LFS is installed on this machine. */
export async function hasLfs(signal?: AbortSignal): Promise<boolean> {
  return (await gitCommand(['lfs', 'version'], { signal })).code === 0
}

const placeOf = ({ folder }: GitMirror, oid: string) =>
  join(folder, 'lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid)

export const objectPieces = (mirror: GitMirror, oid: string): Pieces => filePieces(placeOf(mirror, oid))

/**
 * Brings the contents behind pointers of a commit into the mirror, as far as it lacks them. `where` names the source in errors.
 * Throws a VenvoyError where they cannot be had.
 */
export async function fetchObjects(
  where: string,
  mirror: GitMirror,
  remote: GitRemote,
  commit: string,
  wanted: readonly LfsPointer[],
  signal?: AbortSignal,
): Promise<void> {
  if ((await missing(mirror, wanted)).length === 0) return
  const { options, env } = remote
  // LFS takes a path for the name of a remote; it wants a URL.
  const address = remote.address.startsWith('/') ? `file://${remote.address}` : remote.address
  const settings = ['-c', `remote.venvoy.url=${address}`, ...options]
  const result = await gitCommand(['--git-dir', mirror.folder, ...settings, 'lfs', 'fetch', 'venvoy', commit], {
    env,
    signal,
  })
  const left = await missing(mirror, wanted)
  if (left.length === 0) return
  throw new VenvoyError({
    kind: 'unreachable',
    where,
    what: `${left.length} ${left.length === 1 ? 'file' : 'files'} of Git LFS cannot be fetched`,
    why: lastWords(result),
    next: 'git lfs fetch --all   (in a clone: does it work there, and are the files pushed?)',
  })
}

async function missing(mirror: GitMirror, wanted: readonly LfsPointer[]): Promise<LfsPointer[]> {
  const sizes = await Promise.all(wanted.map(({ oid }) => stat(placeOf(mirror, oid)).catch(() => undefined)))
  return wanted.filter(({ size }, i) => sizes[i]?.size !== size)
}
