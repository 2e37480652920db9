import { VenvoyError } from '../errors.js'
import type { TreeEntry } from '../operations/tree.js'
import { type BlobDigest, type BlobDigests, readDigests, writeDigests } from './digest-cache.js'
import { GitBlobs } from './git-blobs.js'
import { type GitItem, listItems } from './git-items.js'
import { fetchObjects, hasLfs, type LfsPointer, largestPointer, objectPieces, parsePointer } from './git-lfs.js'
import { fetchCommit, type GitMirror, hasCommit, openMirror } from './git-mirror.js'
import type { GitRemote } from './git-remote.js'
import { submoduleRemote, submodulesOf } from './git-submodules.js'
import type { Pieces } from './pieces.js'
import type { SourceOptions } from './source-options.js'

/** A commit that the mirror has, or one folder of it. */
export interface Commit {
  readonly remote: GitRemote
  readonly mirror: GitMirror
  readonly commit: string
  /** '': all of it. */
  readonly folder: string
}

/** The files of a commit, those of its submodules among them. */
export interface Checkout {
  readonly entries: readonly TreeEntry[]
  /** By their digests. */
  readonly contents: ReadonlyMap<string, () => Pieces>
  /** Paths of Git LFS pointers that stand for themselves. */
  readonly pointers: readonly string[]
}

/** Reads a commit and, at the commits that it names, its submodules, each from a mirror of its own. */
export async function checkOut(asked: Commit, options: SourceOptions): Promise<Checkout> {
  const where = `source ${asked.remote.address}`
  const items = await listItems(where, asked.mirror, asked.commit, asked.folder)
  const isModule = ({ mode }: GitItem) => mode === '160000'
  const modules = items.filter(isModule)
  const [own, ...inner] = await Promise.all([
    readItems(
      where,
      asked,
      items.filter((item) => !isModule(item)),
      options,
    ),
    ...(modules.length === 0 ? [] : await checkOutModules(asked, modules, options)),
  ])
  return {
    entries: [...own.entries, ...inner.flatMap(({ entries }) => entries)],
    contents: new Map([...inner.flatMap(({ contents }) => [...contents]), ...own.contents]),
    pointers: [...own.pointers, ...inner.flatMap(({ pointers }) => pointers)],
  }
}

async function checkOutModules(
  { remote, mirror, commit, folder }: Commit,
  items: readonly GitItem[],
  options: SourceOptions,
): Promise<Promise<Checkout>[]> {
  const known = await submodulesOf(mirror, commit)
  return items.map(async ({ path, id }) => {
    const module = known.get(folder === '' ? path : `${folder}/${path}`)
    if (module === undefined || module.isLeftOut) {
      const why =
        module === undefined ? 'a repository that .gitmodules does not name' : '`update = none` in .gitmodules'
      options.onNote(`${path} is left out: ${why}`)
      return { entries: [], contents: new Map(), pointers: [] }
    }
    try {
      const inner = submoduleRemote(module.url, remote, path)
      return under(path, await checkOut(await openModule(inner, id, options), options))
    } catch (error) {
      throw ofModule(error, path, remote)
    }
  })
}

async function openModule(remote: GitRemote, commit: string, { cache, signal }: SourceOptions): Promise<Commit> {
  const mirror = await openMirror(cache, remote, signal)
  if (!(await hasCommit(mirror, commit))) await fetchCommit(mirror, remote, commit, signal)
  return { remote, mirror, commit, folder: '' }
}

const under = (folder: string, { entries, contents, pointers }: Checkout): Checkout => ({
  entries: entries.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` })),
  contents,
  pointers: pointers.map((path) => `${folder}/${path}`),
})

/** A failure in a submodule says whose submodule it is: nobody has written its address into deploy.yml. */
function ofModule(error: unknown, path: string, { address }: GitRemote): unknown {
  if (!(error instanceof VenvoyError) || error.kind === 'interrupted') return error
  const { why = [], ...failure } = error.failure
  return new VenvoyError({ ...failure, why: [...why, `it is the submodule ${path} of ${address}`] }, { cause: error })
}

async function readItems(
  where: string,
  { remote, mirror, commit }: Commit,
  items: readonly GitItem[],
  { signal }: SourceOptions,
): Promise<Checkout> {
  const blobs = new GitBlobs(mirror, signal)
  const digests = await digestsOf(items, mirror, blobs)
  const pointers = await pointersOf(items, digests, blobs)
  const isFetched = pointers.size > 0 && (await hasLfs(signal))
  if (isFetched) await fetchObjects(where, mirror, remote, commit, [...pointers.values()], signal)
  const contents = new Map<string, () => Pieces>()
  const entryOf = async ({ mode, id, size, path }: GitItem): Promise<TreeEntry> => {
    if (mode === '120000') return { kind: 'link', path, target: (await blobs.read(id)).toString() }
    const large = isFetched ? pointers.get(id) : undefined
    const digest = large?.oid ?? digests.get(id)!.digest
    contents.set(digest, large === undefined ? () => blobs.pieces(id, size) : () => objectPieces(mirror, large.oid))
    return { kind: 'file', path, executable: mode === '100755', size: large?.size ?? size, digest }
  }
  return {
    entries: await Promise.all(items.map(entryOf)),
    contents,
    pointers: isFetched ? [] : items.filter(({ id }) => digests.get(id)!.isPointer).map(({ path }) => path),
  }
}

/** Contents are hashed once per blob and mirror. */
async function digestsOf(items: readonly GitItem[], mirror: GitMirror, blobs: GitBlobs): Promise<BlobDigests> {
  const known = await readDigests(mirror.folder)
  const unknown = new Map(items.filter(({ id }) => !known.has(id)).map((item) => [item.id, item]))
  const found = await Promise.all(
    [...unknown.values()].map(async (item) => [item.id, await look(item, blobs)] as const),
  )
  const all = new Map([...known, ...found])
  const current = new Map(items.map(({ id }) => [id, all.get(id)!]))
  if (found.length > 0) await writeDigests(mirror.folder, known, current)
  return current
}

async function look({ id, size }: GitItem, blobs: GitBlobs): Promise<BlobDigest> {
  const start: Buffer[] = []
  const digest = await blobs.digest(id, (data) => size < largestPointer && start.push(data))
  return { digest, isPointer: parsePointer(Buffer.concat(start).toString()) !== undefined }
}

/** The pointers among the blobs, by their ids. */
async function pointersOf(
  items: readonly GitItem[],
  digests: BlobDigests,
  blobs: GitBlobs,
): Promise<ReadonlyMap<string, LfsPointer>> {
  const ids = new Set(items.map(({ id }) => id).filter((id) => digests.get(id)!.isPointer))
  const read = await Promise.all([...ids].map(async (id) => [id, parsePointer(String(await blobs.read(id)))!] as const))
  return new Map(read)
}
