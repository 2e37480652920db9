import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isGlob } from '../config/file-step.js'
import { VenvoyError } from '../errors.js'
import { matchesName } from '../operations/glob.js'
import { localPath } from './git-remote.js'

/** Something on this machine that is to be sent. */
export interface LocalPath {
  readonly place: string
  readonly name: string
  readonly isFolder: boolean
}

/** What a path or a glob means here. Throws a VenvoyError where it means nothing. */
export async function localPaths(written: string, base: string): Promise<LocalPath[]> {
  const path = localPath(written.replace(/(.)\/+$/, '$1'), base)
  const places = isGlob(written) ? await matches(path) : [path]
  const found = await Promise.all(places.sort().map(look))
  const there = found.filter((each) => each !== undefined)
  if (there.length > 0 && there.length === found.length) return there
  const what = isGlob(written) ? 'matches nothing' : 'there is no such file or folder'
  throw new VenvoyError({ kind: 'config', where: written, what, why: [`looked at ${path}`] })
}

async function look(place: string): Promise<LocalPath | undefined> {
  const stats = await stat(place).catch(() => undefined)
  return stats && { place, name: basename(place), isFolder: stats.isDirectory() }
}

/** As a shell does it: component by component, and what begins with a dot only where that is said. */
async function matches(pattern: string): Promise<string[]> {
  let found = ['/']
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const next = await Promise.all(found.map((folder) => matchesIn(folder, part)))
    found = next.flat()
  }
  return found
}

async function matchesIn(folder: string, part: string): Promise<string[]> {
  if (!isGlob(part)) return [join(folder, part)]
  const names = await readdir(folder).catch((): string[] => [])
  return names
    .filter((name) => matchesName(name, part) && (part.startsWith('.') || !name.startsWith('.')))
    .map((name) => join(folder, name))
}
