import type { TreeEntry } from '../operations/tree.js'

/** The links of a tree: path → target. */
export type Links = ReadonlyMap<string, string>

export const linksOf = (entries: readonly TreeEntry[]): Links =>
  new Map(entries.flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target] as const] : [])))

/**
 * Where a path of a tree leads when every link on the way is followed, as a host would; the tree itself is ''.
 * Undefined: out of the tree. What only exists on the host (a shared folder) counts as inside.
 */
export function followLinks(path: string, links: Links): string | undefined {
  const rest = path.split('/')
  const done: string[] = []
  for (let hops = 0; rest.length > 0; ) {
    const part = rest.shift()!
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (done.pop() === undefined) return undefined
      continue
    }
    done.push(part)
    const target = links.get(done.join('/'))
    if (target === undefined) continue
    if (target.startsWith('/')) return undefined
    // Links in a circle lead nowhere, but not outside either: 40 is the kernel's limit.
    if (++hops > 40) return done.join('/')
    done.pop()
    rest.unshift(...target.split('/'))
  }
  return done.join('/')
}

/** The folders above a path: `a/b/c.py` → `a`, `a/b`. */
export function foldersOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}
