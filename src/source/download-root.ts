import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isGlob } from '../config/file-step.js'
import type { DownloadWork } from '../config/file-work.js'
import { isExcluded, matchesName } from '../operations/glob.js'
import { localPath } from './git-remote.js'
import { readFiles } from './read-files.js'

/** Where a download goes on this machine: a file or a folder, as it is on the host; with a glob, the folder of what it finds. */
export function downloadRoot({ path, to }: DownloadWork, folder: string): string {
  const place = localPath(to, folder)
  return isGlob(path) || !to.endsWith('/') ? place : join(place, basename(path))
}

/** What is at that place now, as digests by paths: it need not be sent again. */
export async function digestsAt(root: string, { path, exclude }: DownloadWork): Promise<Record<string, string>> {
  const stats = await stat(root).catch(() => undefined)
  if (stats === undefined) return {}
  const names = stats.isDirectory() ? await namesIn(root, path, exclude) : [basename(root)]
  const folder = stats.isDirectory() ? root : dirname(root)
  const found = await readFiles({ where: `download ${path}`, path: folder, onNote: () => undefined }, names)
  const files = found.flatMap((each) => (each.kind === 'file' ? [each] : []))
  return Object.fromEntries(files.map((each) => [stats.isDirectory() ? each.path : '', each.digest]))
}

async function namesIn(root: string, path: string, exclude: readonly string[]): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  // Beside what a glob finds there may be anything.
  const wanted = entries.filter(({ name }) => !isGlob(path) || matchesName(name, basename(path)))
  const found = await Promise.all(
    wanted.map(async (entry) => {
      if (!entry.isDirectory()) return [entry.name]
      const below = await readdir(join(root, entry.name), { withFileTypes: true, recursive: true })
      const files = below.filter((each) => !each.isDirectory())
      return files.map((each) => join(each.parentPath, each.name).slice(root.length + 1))
    }),
  )
  return found.flat().filter((each) => !isExcluded(each, exclude))
}
