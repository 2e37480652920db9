import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { VenvoyError } from '../errors.js'
import { type GitResult, gitCommand, lastWords } from './git-command.js'
import type { GitRemote } from './git-remote.js'

/**
 * A bare copy of a repository in the cache. Several venvoys may use one at the same time, without a lock: git writes
 * objects atomically, and a fetch that lost the race for a ref has brought its objects all the same.
 */
export interface GitMirror {
  readonly folder: string
  git(...args: string[]): Promise<GitResult>
}

/** All branches and tags; those that are gone must go, or a new branch `a/b` would collide with an old branch `a`. */
const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']

/** Opens the mirror of a repository below `<cache>/git`, an empty one the first time. Contacts nothing. */
export async function openMirror(cache: string, { address }: GitRemote, signal?: AbortSignal): Promise<GitMirror> {
  const name = createHash('sha256').update(address).digest('hex').slice(0, 32)
  const folder = join(cache, 'git', name)
  await mkdir(join(cache, 'git'), { recursive: true, mode: 0o700 })
  if (!(await exists(folder))) await create(folder, signal)
  return { folder, git: (...args) => gitCommand(['--git-dir', folder, ...args], { signal }) }
}

export async function hasCommit(mirror: GitMirror, commit: string): Promise<boolean> {
  return (await mirror.git('cat-file', '-e', `${commit}^{commit}`)).code === 0
}

/**
 * Brings the mirror up to date, all branches and tags; then, should `commit` be on none of them, that commit alone.
 * Throws a VenvoyError when the commit is not there in the end.
 */
export async function fetchCommit(
  mirror: GitMirror,
  remote: GitRemote,
  commit: string,
  signal?: AbortSignal,
): Promise<void> {
  for (const refs of [everything, [commit]]) {
    const result = await fetchRefs(mirror, remote, refs, signal)
    if (await hasCommit(mirror, commit)) return
    if (refs !== everything) throw noCommit(remote, commit, result)
  }
}

/** Brings the mirror up to date. Throws a VenvoyError when the repository cannot be reached. */
export async function fetchAll(mirror: GitMirror, remote: GitRemote, signal?: AbortSignal): Promise<void> {
  const result = await fetchRefs(mirror, remote, everything, signal)
  if (result.code !== 0) throw unreachable(remote, result)
}

/** A repository that git cannot talk to, with git's last words. */
export const unreachable = ({ address }: GitRemote, result: GitResult): VenvoyError =>
  new VenvoyError({
    kind: 'unreachable',
    where: `source ${address}`,
    what: 'the repository cannot be read',
    why: lastWords(result),
    next: `git ls-remote ${address}`,
  })

function fetchRefs(
  { folder }: GitMirror,
  { address, options, env }: GitRemote,
  refs: readonly string[],
  signal: AbortSignal | undefined,
): Promise<GitResult> {
  // unpackLimit: a small fetch too arrives as one pack, which is there whole or not at all.
  // autoDetach: nothing of ours goes on running behind the user's back.
  const settings = ['-c', 'fetch.unpackLimit=1', '-c', 'gc.autoDetach=false', ...options]
  const quietly = ['--quiet', '--no-tags', '--no-write-fetch-head', ...(refs === everything ? ['--prune'] : [])]
  return gitCommand(['--git-dir', folder, ...settings, 'fetch', ...quietly, '--', address, ...refs], { env, signal })
}

/** Made beside its place and moved there, so that nobody sees half of it; whoever comes second takes the first one's. */
async function create(folder: string, signal?: AbortSignal): Promise<void> {
  const draft = `${folder}.${randomBytes(4).toString('hex')}`
  const result = await gitCommand(['init', '--quiet', '--bare', '--template=', draft], { signal })
  if (result.code !== 0)
    throw new VenvoyError({ kind: 'config', where: folder, what: 'no mirror can be made here', why: lastWords(result) })
  try {
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true })
    if (!(await exists(folder))) throw error
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const noCommit = ({ address }: GitRemote, commit: string, result: GitResult) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${address}`,
    what: `there is no commit ${commit}`,
    why: result.code === 0 ? [] : lastWords(result),
    next: 'git push   (the commit may be in your own clone only)',
  })
