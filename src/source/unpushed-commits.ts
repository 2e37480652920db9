import { gitCommand } from './git-command.js'
import { repositoryOf } from './git-remote.js'

/**
 * How many commits of a branch only the clone at `folder` has: ahead of `commit`, which is where its repository's branch
 * stands. 0 where the folder is no clone of that repository, or where that cannot be said.
 */
export async function unpushedCommits(
  folder: string,
  { address, branch, commit }: { address: string; branch: string; commit: string },
  signal?: AbortSignal,
): Promise<number> {
  const git = (...args: string[]) => gitCommand(['-C', folder, ...args], { signal })
  const remotes = await git('config', '--get-regexp', '^remote\\..*\\.url$')
  // `remote.origin.url git@git.example.com:acme/blog.git`
  const addresses = remotes.stdout
    .toString()
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1))
  if (!addresses.some((each) => repositoryOf(each) === repositoryOf(address))) return 0
  const ahead = await git('rev-list', '--count', `${commit}..refs/heads/${branch}`)
  return ahead.code === 0 ? Number(ahead.stdout.toString()) : 0
}
