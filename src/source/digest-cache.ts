import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What is known of a blob by its id, forever: ids name contents. */
export interface BlobDigest {
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string
  /** A Git LFS pointer: the content itself is elsewhere. */
  readonly isPointer: boolean
}

export type BlobDigests = ReadonlyMap<string, BlobDigest>

/** Beyond so many lines, blobs that the current tree lacks are forgotten. */
const limit = 100_000

const fileOf = (folder: string) => join(folder, 'venvoy-digests')

/** What earlier runs found out about the blobs of a mirror. Lines that are not whole are passed over. */
export async function readDigests(folder: string): Promise<BlobDigests> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '')
  const found = new Map<string, BlobDigest>()
  // `<blob id> <SHA-256>`, with ` lfs` behind it for a pointer
  for (const [, id, digest, lfs] of text.matchAll(/^([0-9a-f]{40,64}) ([0-9a-f]{64})( lfs)?$/gm))
    found.set(id!, { digest: digest!, isPointer: lfs !== undefined })
  return found
}

/**
 * Remembers what is new, replacing the file as a whole: of two venvoys that write at once one wins, and the other's
 * blobs are read again some day.
 */
export async function writeDigests(folder: string, known: BlobDigests, current: BlobDigests): Promise<void> {
  const all = known.size > limit ? current : new Map([...known, ...current])
  const lines = [...all].map(([id, { digest, isPointer }]) => `${id} ${digest}${isPointer ? ' lfs' : ''}\n`)
  const draft = `${fileOf(folder)}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, lines.join(''), { mode: 0o600 })
  await rename(draft, fileOf(folder))
}
