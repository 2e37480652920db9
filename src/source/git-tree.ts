import type { SourceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Tree, TreeEntry } from '../operations/tree.js'
import { type BlobDigest, type BlobDigests, readDigests, writeDigests } from './digest-cache.js'
import { GitBlobs } from './git-blobs.js'
import { lastWords } from './git-command.js'
import { fetchCommit, type GitMirror, hasCommit, openMirror } from './git-mirror.js'
import { gitRef, type ResolvedRef } from './git-ref.js'
import { type GitRemote, gitRemote } from './git-remote.js'
import { makeTree } from './make-tree.js'
import type { SourceOptions } from './source-options.js'
import { unpushedCommits } from './unpushed-commits.js'

type GitSpec = Extract<SourceSpec, { kind: 'git' }>

/** A line of `git ls-tree`. */
interface Item {
  readonly mode: string
  readonly id: string
  readonly size: number
  readonly path: string
}

/**
 * The tree of a commit, read from the mirror in the cache, which is brought up to date only if it lacks the commit.
 * Throws a VenvoyError for an unknown ref, a repository that cannot be read, an unknown subdirectory, and submodules.
 */
export async function gitTree(spec: GitSpec, options: SourceOptions): Promise<Tree> {
  const { base, cache, signal } = options
  const remote = gitRemote(spec.url, base)
  const ref = options.ref ?? spec.ref
  const mirror = await openMirror(cache, remote, signal)
  const resolved = await gitRef(ref, remote, mirror, signal)
  const { commit } = resolved
  if (!(await hasCommit(mirror, commit))) await fetchCommit(mirror, remote, commit, signal)
  await noteRef(ref, resolved, remote, options)

  const where = `source ${remote.address}`
  const items = await listItems(where, mirror, commit, spec.subdirectory)
  const blobs = new GitBlobs(mirror, signal)
  const digests = await digestsOf(items, mirror, blobs)
  notePointers(items, digests, options)
  const ids = new Map(items.map(({ id }) => [digests.get(id)!.digest, id]))
  return makeTree(where, {
    entries: await Promise.all(items.map((item) => entryOf(item, digests, blobs))),
    revision: resolved.kind === 'commit' ? commit.slice(0, 7) : `${ref} (${commit.slice(0, 7)})`,
    commit,
    read: (digest) => blobs.read(ids.get(digest)!),
  })
}

async function noteRef(
  ref: string,
  { commit, kind, ambiguous }: ResolvedRef,
  { address }: GitRemote,
  { base, signal, onNote }: SourceOptions,
): Promise<void> {
  if (ambiguous) onNote(`${ref} is a tag and a branch: the tag is taken; refs/heads/${ref} is the branch`)
  if (kind !== 'branch') return
  const branch = ref.replace(/^refs\/heads\//, '')
  const count = await unpushedCommits(base, { address, branch, commit }, signal)
  if (count === 0) return
  const commits = count === 1 ? '1 commit of it is' : `${count} commits of it are`
  onNote(`${branch} is taken as it was pushed (${commit.slice(0, 7)}): ${commits} in your clone only`)
}

async function listItems(where: string, mirror: GitMirror, commit: string, folder = ''): Promise<Item[]> {
  // `./services//blog/` → `services/blog`
  const inside = folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
  const result = await mirror.git('ls-tree', '-r', '-z', '-l', '--full-tree', `${commit}:${inside}`)
  if (result.code !== 0) throw await noFolder(where, mirror, commit, inside)
  const items = result.stdout.toString().split('\0').slice(0, -1).map(parseItem)
  const submodules = items.filter(({ mode }) => mode === '160000').map(({ path }) => path)
  if (submodules.length > 0) throw withSubmodules(where, submodules)
  const unreadable = items.find(({ path }) => path.includes('\uFFFD'))
  if (unreadable) throw new VenvoyError({ kind: 'config', where, what: `a file name is not UTF-8: ${unreadable.path}` })
  return items
}

// `100644 blob 3f2a91c…    1234\tapp/models.py`; the size is padded
function parseItem(record: string): Item {
  const tab = record.indexOf('\t')
  const [mode, , id, size] = record.slice(0, tab).split(/ +/) as [string, string, string, string]
  return { mode, id, size: Number(size), path: record.slice(tab + 1) }
}

/** Contents are hashed once per blob and mirror. */
async function digestsOf(items: readonly Item[], mirror: GitMirror, blobs: GitBlobs): Promise<BlobDigests> {
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

async function look({ id, size }: Item, blobs: GitBlobs): Promise<BlobDigest> {
  const start: Buffer[] = []
  // A pointer is a text of a few lines.
  const digest = await blobs.digest(id, (data) => size < 1024 && start.push(data))
  const isPointer = Buffer.concat(start).toString().startsWith('version https://git-lfs.github.com/spec/')
  return { digest, isPointer }
}

async function entryOf({ mode, id, size, path }: Item, digests: BlobDigests, blobs: GitBlobs): Promise<TreeEntry> {
  if (mode === '120000') return { kind: 'link', path, target: (await blobs.read(id)).toString() }
  return { kind: 'file', path, executable: mode === '100755', size, digest: digests.get(id)!.digest }
}

function notePointers(items: readonly Item[], digests: BlobDigests, { onNote }: SourceOptions): void {
  const pointers = items.filter(({ id }) => digests.get(id)!.isPointer).map(({ path }) => path)
  if (pointers.length === 0) return
  const shown =
    pointers.length > 3 ? `${pointers.slice(0, 3).join(', ')} and ${pointers.length - 3} more` : pointers.join(', ')
  onNote(`Git LFS pointers are deployed as they are, without their contents: ${shown}`)
}

async function noFolder(where: string, mirror: GitMirror, commit: string, folder: string): Promise<VenvoyError> {
  const top = await mirror.git('ls-tree', '-d', '-z', '--name-only', commit)
  if (top.code !== 0)
    return new VenvoyError({ kind: 'command', where, what: 'the tree cannot be read', why: lastWords(top) })
  const names = top.stdout.toString().split('\0').slice(0, -1)
  const why = [names.length === 0 ? 'it has no folders' : `its folders: ${names.join(', ')}`]
  return new VenvoyError({ kind: 'config', where, what: `${commit.slice(0, 7)} has no folder ${folder}`, why })
}

const withSubmodules = (where: string, paths: readonly string[]) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'submodules are not in this version yet',
    why: [`here: ${paths.join(', ')}`],
    next: 'check the submodules out and deploy the folder: `source: { path: . }`',
  })
