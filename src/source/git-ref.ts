import { suggest } from '../config/suggest.js'
import { VenvoyError } from '../errors.js'
import { gitCommand } from './git-command.js'
import { fetchAll, type GitMirror, hasCommit, unreachable } from './git-mirror.js'
import type { GitRemote } from './git-remote.js'

/** A commit that a ref stands for. */
export interface ResolvedRef {
  readonly commit: string
  readonly kind: 'branch' | 'tag' | 'commit' | 'other'
  /** Also a branch, but the tag was taken, as git does. */
  readonly ambiguous: boolean
}

interface ListedRef {
  readonly id: string
  /** `refs/heads/main`; an annotated tag has a second line, `refs/tags/v1^{}`, with its commit. */
  readonly name: string
}

/**
 * Asks the repository what a branch, a tag, `refs/…` or a commit (full, or the first four digits or more) stands for.
 * A full commit that the mirror has is taken without asking. Throws a VenvoyError for what is not there, with the names
 * that come close.
 */
export async function gitRef(
  ref: string,
  remote: GitRemote,
  mirror: GitMirror,
  signal?: AbortSignal,
): Promise<ResolvedRef> {
  assertRefName(remote, ref)
  // 40 digits, or 64 where SHA-256 is used
  const isFull = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)
  if (isFull) return { commit: ref, kind: 'commit', ambiguous: false }
  const named = await findNamed(ref, remote, signal)
  if (named) return named
  const commit = /^[0-9a-f]{4,}$/.test(ref) ? await findAbbreviated(ref, remote, mirror, signal) : undefined
  if (commit) return { commit, kind: 'commit', ambiguous: false }
  throw await unknownRef(ref, remote, signal)
}

async function findNamed(ref: string, remote: GitRemote, signal?: AbortSignal): Promise<ResolvedRef | undefined> {
  const candidates = [`refs/tags/${ref}^{}`, `refs/tags/${ref}`, `refs/heads/${ref}`, `${ref}^{}`, ref]
  const ids = new Map((await listRefs(remote, candidates, signal)).map(({ id, name }) => [name, id]))
  const name = candidates.find((each) => ids.has(each))
  if (name === undefined) return undefined
  const kind = name.startsWith('refs/tags/') ? 'tag' : name.startsWith('refs/heads/') ? 'branch' : 'other'
  return { commit: ids.get(name)!, kind, ambiguous: kind === 'tag' && ids.has(`refs/heads/${ref}`) }
}

async function findAbbreviated(
  digits: string,
  remote: GitRemote,
  mirror: GitMirror,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const known = await commitsThatBegin(digits, mirror)
  if (known.length === 0) await fetchAll(mirror, remote, signal)
  const found = known.length === 0 ? await commitsThatBegin(digits, mirror) : known
  if (found.length > 1)
    throw new VenvoyError({
      kind: 'config',
      where: `source ${remote.address}`,
      what: `${found.length} commits begin with ${digits}`,
      why: found,
      next: 'give more digits',
    })
  return found[0]
}

async function commitsThatBegin(digits: string, mirror: GitMirror): Promise<string[]> {
  const { stdout } = await mirror.git('rev-parse', `--disambiguate=${digits}`)
  const ids = stdout.toString().split('\n').slice(0, -1)
  const are = await Promise.all(ids.map((id) => hasCommit(mirror, id)))
  return ids.filter((_, i) => are[i])
}

async function listRefs(remote: GitRemote, patterns: readonly string[], signal?: AbortSignal): Promise<ListedRef[]> {
  const { address, options, env } = remote
  const result = await gitCommand([...options, 'ls-remote', '--quiet', '--', address, ...patterns], { env, signal })
  if (result.code !== 0) throw unreachable(remote, result)
  const lines = result.stdout.toString().split('\n').slice(0, -1)
  // `3f2a91c…\trefs/heads/main`
  return lines.map((line) => ({ id: line.slice(0, line.indexOf('\t')), name: line.slice(line.indexOf('\t') + 1) }))
}

async function unknownRef(ref: string, remote: GitRemote, signal?: AbortSignal): Promise<VenvoyError> {
  const listed = await listRefs(remote, ['refs/heads/*', 'refs/tags/*'], signal)
  // `refs/heads/main` → `main`; the second lines of annotated tags are left out
  const names = listed
    .map(({ name }) => name.replace(/^refs\/(?:heads|tags)\//, ''))
    .filter((name) => !name.endsWith('^{}'))
  return new VenvoyError({
    kind: 'config',
    where: `source ${remote.address}`,
    what: `there is no branch, tag or commit ${ref} (${suggest(ref, names)})`,
    next: 'git push   (it may be in your own clone only)',
  })
}

function assertRefName(remote: GitRemote, ref: string): void {
  // What git allows in no ref name (`main~2`, `a b`, `--upload-pack=x`), patterns among it
  if (ref !== '' && !/^-|\.\.|@\{|[\s~^:?*[\\]|\/$|\.lock$/.test(ref)) return
  throw new VenvoyError({
    kind: 'config',
    where: `source ${remote.address}`,
    what: `not the name of a branch, tag or commit: ${JSON.stringify(ref)}`,
  })
}
