import type { FilesStep } from './step.js'
import type { Tree } from './tree.js'

/** Where a host keeps the contents of files, by their digests. */
export const filesCache = '~/.cache/venvoy/files'

/** A tree as the helper takes it: its contents are in the cache. */
interface CachedTree {
  readonly cache: string
  readonly entries: readonly (
    | { readonly path: string; readonly digest: string; readonly size: number; readonly executable: boolean }
    | { readonly path: string; readonly target: string }
  )[]
}

/** Brings the contents of a tree to the host's cache. Which of them it lacks shows when it runs. */
export function files(python: string, tree: Tree): FilesStep {
  const found = tree.entries.filter((entry) => entry.kind === 'file')
  const bytes = found.reduce((sum, { size }) => sum + size, 0)
  return {
    kind: 'files',
    title: `send files of ${tree.revision}`,
    lines: [`${plural(found.length, 'file')}, ${readableSize(bytes)}; only what the host lacks is sent`],
    python,
    tree,
  }
}

export function cachedTree(tree: Tree): CachedTree {
  return {
    cache: filesCache,
    // Made when it is sent: a thousand hosts that wait for one another would each keep a copy.
    get entries() {
      return tree.entries.map((entry) =>
        entry.kind === 'link'
          ? { path: entry.path, target: entry.target }
          : { path: entry.path, digest: entry.digest, size: entry.size, executable: entry.executable },
      )
    },
  }
}

/** `1 file`, `2 files`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `812 bytes`, `4.1 MB`, by powers of 1000. */
export function readableSize(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte')
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1)} ${['', 'kB', 'MB', 'GB'][power]}`
}
