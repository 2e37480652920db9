import { VenvoyError } from '../errors.js'
import type { TreeEntry } from '../operations/tree.js'
import { foldersOf } from './tree-links.js'

/**
 * A source that is put together from parts may say a path twice, or say that one thing is a file and a folder. `where` names the
 * source. Throws a VenvoyError that names the paths.
 */
export function assertNoOverlaps(where: string, entries: readonly TreeEntry[]): void {
  const paths = new Set<string>()
  const twice = entries.filter(({ path }) => paths.size === paths.add(path).size).map(({ path }) => path)
  const beneath = entries.flatMap(({ path }) => foldersOf(path).filter((folder) => paths.has(folder)))
  const found = [...new Set([...twice, ...beneath])]
  if (found.length === 0) return
  const what = found.length === 1 ? `${found[0]} is there twice` : `${found.length} paths are there twice`
  const why = [
    ...(found.length === 1 ? [] : found.slice(0, 10)),
    'each path has one place, and one content, in a release',
  ]
  throw new VenvoyError({ kind: 'config', where, what, why })
}
