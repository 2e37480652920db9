import type { Commits, SourceChanges } from '../operations/tree.js'
import { type GitMirror, hasCommit } from './git-mirror.js'

/** Commits that are listed of many. */
const mostListed = 10

/**
 * What lies between two commits of a mirror, as far as it is in one folder ('': all). Undefined where the mirror does not have
 * the first: its branch was rewritten, or it is of another repository.
 */
export async function gitChanges(
  mirror: GitMirror,
  from: string,
  to: string,
  folder: string,
): Promise<SourceChanges | undefined> {
  // 40 digits, or 64 where SHA-256 is used; it comes from a host
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(from) || !(await hasCommit(mirror, from))) return undefined
  const within = folder === '' ? [] : ['--', folder]
  const [come, gone, files] = await Promise.all([
    commitsIn(mirror, `${from}..${to}`, within),
    commitsIn(mirror, `${to}..${from}`, within),
    filesBetween(mirror, from, to, within),
  ])
  return { from: from.slice(0, 7), to: to.slice(0, 7), come, gone, files }
}

async function commitsIn(mirror: GitMirror, range: string, within: readonly string[]): Promise<Commits> {
  const format = ['--no-show-signature', '--encoding=UTF-8', '--format=%H%x00%an%x00%s']
  const [counted, listed] = await Promise.all([
    mirror.git('rev-list', '--count', range, ...within),
    mirror.git('log', `--max-count=${mostListed}`, ...format, range, ...within),
  ])
  const lines = listed.stdout.toString().split('\n').slice(0, -1)
  const newest = lines.map((line) => {
    const [id = '', author = '', subject = ''] = line.split('\0')
    return { id: id.slice(0, 7), subject, author }
  })
  return { count: Number(counted.stdout.toString()), newest }
}

async function filesBetween(mirror: GitMirror, from: string, to: string, within: readonly string[]): Promise<number> {
  const { stdout } = await mirror.git('diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', from, to, ...within)
  return stdout.toString().split('\0').length - 1
}
