import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TreeEntry } from '../operations/tree.js'
import { filePieces, type Pieces } from './pieces.js'

/** A tree that was taken apart once and is kept in the cache, where nothing changes it any more. */
export interface StoredTree<About> {
  readonly entries: readonly TreeEntry[]
  /** What its source wants to know of it later. */
  readonly about: About
  pieces(digest: string): Pieces
}

/** What nobody has used for so long goes. Milliseconds. */
const longestUnused = 30 * 24 * 60 * 60 * 1000

/** Where a content of a tree that is being made belongs, by its digest. */
export const contentPlace = (draft: string, digest: string): string => join(draft, 'contents', digest)

/** Opens a tree of the cache; undefined where there is none, or one of another version of venvoy. */
export async function openStored<About>(folder: string): Promise<StoredTree<About> | undefined> {
  const text = await readFile(join(folder, 'tree.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { v, entries, about } = JSON.parse(text) as { v: number; entries: TreeEntry[]; about: About }
  if (v !== 1) return undefined
  const now = new Date()
  await utimes(folder, now, now).catch(() => undefined)
  return { entries, about, pieces: (digest) => filePieces(contentPlace(folder, digest)) }
}

/**
 * Makes a tree beside its place and moves it there whole, so that nobody sees half of it; of two venvoys that make the same one,
 * the first one's stays. `make` puts the contents where `contentPlace` says.
 */
export async function store<About>(
  folder: string,
  make: (draft: string) => Promise<{ entries: readonly TreeEntry[]; about: About }>,
): Promise<StoredTree<About>> {
  const draft = `${folder}.${randomBytes(4).toString('hex')}`
  await mkdir(join(draft, 'contents'), { recursive: true, mode: 0o700 })
  try {
    const { entries, about } = await make(draft)
    await writeFile(join(draft, 'tree.json'), JSON.stringify({ v: 1, entries, about }))
    await putInPlace(draft, folder)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  await forgetUnused(dirname(folder))
  const stored = await openStored<About>(folder)
  if (stored === undefined) throw new Error(`${folder} was made and is not there`)
  return stored
}

async function putInPlace(draft: string, folder: string): Promise<void> {
  const isThere = await rename(draft, folder).then(
    () => true,
    () => false,
  )
  if (isThere || (await openStored(folder)) !== undefined) return
  // Of another version of venvoy, or broken: it is no tree for us.
  const old = `${draft}.old`
  await rename(folder, old)
  await rename(draft, folder)
  await rm(old, { recursive: true, force: true })
}

/** Removes what nobody has opened for a month, and what was never finished. */
export async function forgetUnused(parent: string): Promise<void> {
  const oldest = Date.now() - longestUnused
  const paths = (await readdir(parent)).map((name) => join(parent, name))
  for (const path of paths) {
    const state = await stat(path).catch(() => undefined)
    if (state !== undefined && state.mtimeMs < oldest) await rm(path, { recursive: true, force: true })
  }
}
