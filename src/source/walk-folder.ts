import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ignore } from 'ignore'
import { gitRules, isUnwanted } from './ignore-rules.js'
import { unreadable } from './unreadable.js'

interface Walk {
  /** The source, as errors name it. */
  readonly where: string
  readonly folder: string
  /** The user's own choice; a folder's path ends in a slash. */
  readonly keep: (path: string) => boolean
  readonly found: string[]
}

/** The rules of one folder and what its paths begin with: `app/`. */
interface Scope {
  readonly prefix: string
  readonly rules: Ignore
}

/**
 * All paths of a folder that is in no git work tree, relative to it: what the `.gitignore` files on the way and the
 * names that no deploy wants leave over, and `keep`. Venvs, known by their pyvenv.cfg, are left out. Links are not followed.
 * Throws a VenvoyError for a folder that cannot be read.
 */
export async function walkFolder(where: string, folder: string, keep: Walk['keep']): Promise<string[]> {
  const found: string[] = []
  await walk({ where, folder, keep, found }, '', [])
  return found
}

async function walk(walked: Walk, prefix: string, outer: readonly Scope[]): Promise<void> {
  const here = join(walked.folder, prefix)
  const entries = await listFolder(walked, prefix)
  if (prefix !== '' && entries.some((entry) => entry.name === 'pyvenv.cfg')) return
  const rules = await gitRules(here)
  const scopes = rules ? [{ prefix, rules }, ...outer] : outer
  for (const entry of entries) {
    const path = prefix + entry.name
    if (isLeftOut(entry, path, scopes, walked)) continue
    if (entry.isDirectory()) await walk(walked, `${path}/`, scopes)
    else walked.found.push(path)
  }
}

async function listFolder({ where, folder }: Walk, prefix: string): Promise<Dirent[]> {
  try {
    return await readdir(join(folder, prefix), { withFileTypes: true })
  } catch (error) {
    throw unreadable(where, `${prefix || folder} cannot be read`, 'make it readable', error as Error)
  }
}

function isLeftOut(entry: Dirent, path: string, scopes: readonly Scope[], { keep }: Walk): boolean {
  // A trailing slash tells the rules that it is a folder: `build/` matches no file.
  const tested = entry.isDirectory() ? `${path}/` : path
  return isUnwanted(path) || !keep(tested) || isIgnored(tested, scopes)
}

/** The innermost rule that speaks of a path decides, as in git; the first scope is the innermost. */
function isIgnored(path: string, scopes: readonly Scope[]): boolean {
  for (const { prefix, rules } of scopes) {
    const { ignored, unignored } = rules.test(path.slice(prefix.length))
    if (ignored || unignored) return ignored
  }
  return false
}
