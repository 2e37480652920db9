import { createHash } from 'node:crypto'
import { VenvoyError } from '../errors.js'
import type { Tree, TreeEntry, TreeLink } from '../operations/tree.js'
import { treeRecords } from '../operations/tree-records.js'
import { gathered, type Pieces } from './pieces.js'
import { followLinks, linksOf } from './tree-links.js'

/** What a source has found. */
export interface TreeParts {
  /** In any order. */
  readonly entries: readonly TreeEntry[]
  /** For people; where there is none, the tree's digest stands in for it. */
  readonly revision?: string | undefined
  readonly commit?: string | undefined
  readonly since?: Tree['since']
  readonly origin?: Tree['origin']
  readonly pieces: (digest: string) => Pieces
}

/**
 * Brings the entries of any source into one form. `where` names the source in errors.
 * Throws a VenvoyError when there is nothing in it, and for links that lead out of the tree.
 */
export function makeTree(where: string, { entries, revision, commit, since, origin, pieces }: TreeParts): Tree {
  if (entries.length === 0) throw new VenvoyError({ kind: 'config', where, what: 'there are no files in it' })
  assertLinksStayInside(where, entries)
  const sorted = sortByPath(entries)
  const digest = digestOf(sorted)
  const contents = new Set(sorted.flatMap((entry) => (entry.kind === 'file' ? [entry.digest] : [])))
  const verified = (wanted: string): Pieces => {
    if (!contents.has(wanted)) throw new TypeError(`not a content of this tree: ${wanted}`)
    return verifiedPieces(where, wanted, pieces(wanted))
  }
  return {
    entries: sorted,
    digest,
    revision: revision ?? `content ${digest.slice(0, 7)}`,
    ...(commit === undefined ? {} : { commit }),
    ...(since === undefined ? {} : { since }),
    ...(origin === undefined ? {} : { origin }),
    read: async (wanted) => gathered(verified(wanted)),
    pieces: verified,
  }
}

/** SHA-256 over its records. */
export const digestOf = (sorted: readonly TreeEntry[]): string =>
  createHash('sha256').update(treeRecords(sorted)).digest('hex')

function sortByPath(entries: readonly TreeEntry[]): TreeEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: Buffer.from(entry.path) }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry)
}

function assertLinksStayInside(where: string, entries: readonly TreeEntry[]): void {
  const links = linksOf(entries)
  const escapes = entries.filter(
    (entry): entry is TreeLink => entry.kind === 'link' && followLinks(entry.path, links) === undefined,
  )
  if (escapes.length === 0) return
  throw new VenvoyError({
    kind: 'config',
    where,
    what: escapes.length === 1 ? 'a link leads out of it' : `${escapes.length} links lead out of it`,
    why: escapes.slice(0, 10).map(({ path, target }) => `${path} → ${target}`),
    next: 'make it a relative link to something inside, or take it out of the source',
  })
}

/** What is shipped under a digest must have it: a file may have changed since it was listed. */
async function* verifiedPieces(where: string, digest: string, pieces: Pieces): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') === digest) return
  throw new VenvoyError({
    kind: 'command',
    where,
    what: 'a file has changed since this run began',
    why: [`content ${digest} is no longer there`],
    next: 'run the command again',
  })
}
