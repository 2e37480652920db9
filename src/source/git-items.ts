import { VenvoyError } from '../errors.js'
import { lastWords } from './git-command.js'
import type { GitMirror } from './git-mirror.js'

/** A line of `git ls-tree`. */
export interface GitItem {
  /** `100644`, `100755`, `120000` for a link, `160000` for a submodule. */
  readonly mode: string
  /** The blob's, or the submodule's commit. */
  readonly id: string
  /** Bytes; NaN for a submodule. */
  readonly size: number
  /** From the folder that was listed. */
  readonly path: string
}

/** `./services//blog/` → `services/blog` */
export const plainPath = (folder: string): string =>
  folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')

/**
 * All files of a commit, or of one folder of it. `where` names the source in errors.
 * Throws a VenvoyError for an unknown folder, and for names that are not UTF-8.
 */
export async function listItems(
  where: string,
  mirror: GitMirror,
  commit: string,
  folder: string,
): Promise<readonly GitItem[]> {
  const result = await mirror.git('ls-tree', '-r', '-z', '-l', '--full-tree', `${commit}:${folder}`)
  if (result.code !== 0) throw await noFolder(where, mirror, commit, folder)
  const items = result.stdout.toString().split('\0').slice(0, -1).map(parseItem)
  const unreadable = items.find(({ path }) => path.includes('\uFFFD'))
  if (unreadable) throw new VenvoyError({ kind: 'config', where, what: `a file name is not UTF-8: ${unreadable.path}` })
  return items
}

// `100644 blob 3f2a91c…    1234\tapp/models.py`; the size is padded, and `-` for a submodule
function parseItem(record: string): GitItem {
  const tab = record.indexOf('\t')
  const [mode, , id, size] = record.slice(0, tab).split(/ +/) as [string, string, string, string]
  return { mode, id, size: Number(size), path: record.slice(tab + 1) }
}

async function noFolder(where: string, mirror: GitMirror, commit: string, folder: string): Promise<VenvoyError> {
  const top = await mirror.git('ls-tree', '-d', '-z', '--name-only', commit)
  if (top.code !== 0)
    return new VenvoyError({ kind: 'command', where, what: 'the tree cannot be read', why: lastWords(top) })
  const names = top.stdout.toString().split('\0').slice(0, -1)
  const why = [names.length === 0 ? 'it has no folders' : `its folders: ${names.join(', ')}`]
  return new VenvoyError({ kind: 'config', where, what: `${commit.slice(0, 7)} has no folder ${folder}`, why })
}
