import { plural } from './files.js'
import type { Tree, TreeEntry } from './tree.js'
import { targetDigest } from './tree-records.js'

/** So many files are named. */
const named = 5

/** What files were, by their paths: `f 47de12345678`, as the probe tells it. */
export type MadeFiles = ReadonlyMap<string, string>

/** `2 files changed, 1 added`, and the first of them: `~ app.py`. Nothing where no file differs. */
export function changedFiles(
  made: MadeFiles,
  { entries }: Tree,
): { readonly counts: string; readonly lines: string[] } {
  const now = new Map(entries.map((entry) => [entry.path, madeOf(entry)]))
  const changed = entries.flatMap(({ path }) => (made.has(path) && made.get(path) !== now.get(path) ? [path] : []))
  const added = entries.flatMap(({ path }) => (made.has(path) ? [] : [path]))
  const removed = [...made.keys()].filter((path) => !now.has(path))
  const counted = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
  ] as const
  const [first, ...rest] = counted.flatMap(([paths, word]) =>
    paths.length === 0 ? [] : [[paths.length, word] as const],
  )
  const all = [
    ...changed.map((path) => `~ ${path}`),
    ...added.map((path) => `+ ${path}`),
    ...removed.map((path) => `- ${path}`),
  ]
  const lines = all.slice(0, named)
  if (all.length > named) lines.push(`and ${all.length - named} more`)
  const counts = first === undefined ? [] : [`${plural(first[0], 'file')} ${first[1]}`]
  return { counts: [...counts, ...rest.map(([count, word]) => `${count} ${word}`)].join(', '), lines }
}

function madeOf(entry: TreeEntry): string {
  if (entry.kind === 'link') return `l ${targetDigest(entry.target).slice(0, 12)}`
  return `${entry.executable ? 'x' : 'f'} ${entry.digest.slice(0, 12)}`
}
