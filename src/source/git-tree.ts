import type { SourceSpec } from '../config/spec.js'
import type { Tree } from '../operations/tree.js'
import { gitChanges } from './git-changes.js'
import { checkOut } from './git-checkout.js'
import { plainPath } from './git-items.js'
import { notePointers } from './git-lfs.js'
import { fetchCommit, hasCommit, openMirror } from './git-mirror.js'
import { gitRef, type ResolvedRef } from './git-ref.js'
import { type GitRemote, gitRemote } from './git-remote.js'
import { loginOf } from './login.js'
import { makeTree } from './make-tree.js'
import type { SourceOptions } from './source-options.js'
import { unpushedCommits } from './unpushed-commits.js'

type GitSpec = Extract<SourceSpec, { kind: 'git' }>

/**
 * The tree of a commit, read from the mirror in the cache, which is brought up to date only if it lacks the commit.
 * Throws a VenvoyError for an unknown ref or subdirectory, and for a repository (a submodule among them) that cannot be read.
 */
export async function gitTree(spec: GitSpec, options: SourceOptions): Promise<Tree> {
  const { base, cache, signal } = options
  const remote = gitRemote(spec.url, base, loginOf(spec))
  const ref = options.ref ?? spec.ref
  const mirror = await openMirror(cache, remote, signal)
  const resolved = await gitRef(ref, remote, mirror, signal)
  const { commit } = resolved
  if (!(await hasCommit(mirror, commit))) await fetchCommit(mirror, remote, commit, signal)
  await noteRef(ref, resolved, remote, options)

  const folder = plainPath(spec.subdirectory ?? '')
  const { entries, contents, pointers } = await checkOut({ remote, mirror, commit, folder }, options)
  notePointers(pointers, 'install git-lfs here', options)
  return makeTree(`source ${remote.address}`, {
    entries,
    revision: resolved.kind === 'commit' ? commit.slice(0, 7) : `${ref} (${commit.slice(0, 7)})`,
    commit,
    origin: { address: remote.address, commit, folder },
    since: async (release) =>
      release.commit === undefined ? undefined : gitChanges(mirror, release.commit, commit, folder),
    pieces: (digest) => contents.get(digest)!(),
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
