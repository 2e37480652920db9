import { createHash } from 'node:crypto'
import type { TreeEntry } from './tree.js'

/**
 * The text whose SHA-256 is the digest of a tree: one record per entry, in the order of the paths' UTF-8 bytes: a letter (`f` file,
 * `x` executable file, `l` link), a space, the SHA-256 of the content or of the link's target in hexadecimal, a space, the path, a
 * NUL byte.
 */
export const treeRecords = (sorted: readonly TreeEntry[]): string => sorted.map(recordOf).join('')

function recordOf(entry: TreeEntry): string {
  if (entry.kind === 'link') return `l ${targetDigest(entry.target)} ${entry.path}\0`
  return `${entry.executable ? 'x' : 'f'} ${entry.digest} ${entry.path}\0`
}

/** The SHA-256 of where a link leads. */
export const targetDigest = (target: string): string => createHash('sha256').update(target).digest('hex')
