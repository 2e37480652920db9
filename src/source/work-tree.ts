import { type GitResult, gitCommand, lastWords } from './git-command.js'

/** What git says of a folder. Paths are relative to that folder. */
export interface WorkTree {
  readonly tracked: readonly string[]
  /** Tracked, but a repository of its own. */
  readonly submodules: readonly string[]
  /** Untracked and not ignored; a repository inside that is no submodule ends in a slash. */
  readonly untracked: readonly string[]
  /** The commit checked out; none before the first. */
  readonly head?: string
  /** Tracked files that differ from that commit. */
  readonly changed: readonly string[]
}

/** What `workTree` found out: the state, nothing (no work tree here), or why git would not tell. */
export type WorkTreeAnswer = WorkTree | { readonly refused: readonly string[] } | undefined

/**
 * What git tracks in a folder, and what it would. A folder of which the outer repository tracks nothing and ignores all
 * (a build folder) counts as no work tree. Throws a VenvoyError where git is not installed.
 */
export async function workTree(folder: string, signal?: AbortSignal): Promise<WorkTreeAnswer> {
  const git = (...args: string[]) => gitCommand(['-C', folder, ...args], { signal })
  const inside = await git('rev-parse', '--is-inside-work-tree', '--show-prefix')
  if (inside.code !== 0) return /not a git repository/.test(inside.stderr) ? undefined : { refused: lastWords(inside) }
  const [isInside, prefix = ''] = inside.stdout.toString().split('\n')
  if (isInside !== 'true') return undefined
  const [staged, others, head, status] = await Promise.all([
    git('ls-files', '-z', '--stage'),
    git('ls-files', '-z', '--others', '--exclude-standard'),
    git('rev-parse', '--quiet', '--verify', 'HEAD'),
    // Not `git diff`, which writes to the index.
    git('status', '--porcelain', '-z', '--untracked-files=no', '--no-renames', '--', '.'),
  ])
  const failed = [staged, others].find(({ code }) => code !== 0)
  if (failed) return { refused: lastWords(failed) }
  return describe(staged, others, head, changedIn(status, prefix))
}

function describe(staged: GitResult, others: GitResult, head: GitResult, changed: string[]): WorkTree | undefined {
  const index = records(staged).map(parseStaged)
  const untracked = records(others)
  if (index.length + untracked.length === 0) return undefined
  // In the middle of a merge a path is there up to three times.
  const paths = (isSubmodule: boolean) => [
    ...new Set(index.filter((each) => each.isSubmodule === isSubmodule).map(({ path }) => path)),
  ]
  return {
    tracked: paths(false),
    submodules: paths(true),
    untracked,
    ...(head.code === 0 ? { head: head.stdout.toString().trim() } : {}),
    changed,
  }
}

// ` M blog/app/models.py`: two letters, and the path from the top of the repository
const changedIn = (status: GitResult, prefix: string): string[] =>
  records(status).map((record) => record.slice(3 + prefix.length))

// `100644 3f2a91c… 0\tapp/models.py`; the mode 160000 is a submodule
function parseStaged(record: string): { path: string; isSubmodule: boolean } {
  return { path: record.slice(record.indexOf('\t') + 1), isSubmodule: record.startsWith('160000') }
}

const records = ({ stdout }: GitResult): string[] => stdout.toString().split('\0').slice(0, -1)
