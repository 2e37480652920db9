import type { ReleaseReceipt } from '../facts/facts.js'
import { plural } from './files.js'
import type { Commits, SourceChanges, Tree } from './tree.js'

/** What a plan says of the way from the release that serves to a tree: the commits, the newest first. */
export function sourceLines(current: ReleaseReceipt, tree: Tree, changes: SourceChanges | undefined): string[] {
  if (changes === undefined) return lostLines(current, tree)
  const { from, to, come, gone } = changes
  const [coming, going] = [listed('+', come), listed('-', gone)]
  if (gone.count === 0) return come.count === 0 ? [] : [`${from}..${to}, ${plural(come.count, 'commit')}:`, ...coming]
  if (come.count === 0) return [`${to}..${from}, goes back ${plural(gone.count, 'commit')}:`, ...going]
  const head = `${from} and ${to} have parted: ${plural(come.count, 'commit')} more, ${gone.count} less:`
  return [head, ...coming, ...going]
}

/** A source with commits that does not have the one that serves. */
function lostLines({ commit }: ReleaseReceipt, tree: Tree): string[] {
  if (tree.since === undefined || tree.commit === undefined || commit === undefined || commit === tree.commit) return []
  return [`the source does not have ${commit.slice(0, 7)} any more, so its commits cannot be compared`]
}

function listed(mark: '+' | '-', { count, newest }: Commits): string[] {
  const lines = newest.map(({ id, subject, author }) => `${mark} ${id} ${subject} (${author})`)
  return count > newest.length ? [...lines, `and ${count - newest.length} more`] : lines
}
