import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { VenvoyError } from '../errors.js'
import { isUnwanted, ownRules } from './ignore-rules.js'
import type { Folder } from './read-files.js'
import { walkFolder } from './walk-folder.js'
import { type WorkTree, type WorkTreeAnswer, workTree } from './work-tree.js'

/** The files that a folder gives to its tree, before they are looked at: some may be deleted, or be no files. */
export interface Listing {
  readonly paths: readonly string[]
  /** The commit checked out, where git knows the folder. */
  readonly head?: string
  /** How many paths differ from that commit, deleted ones included. */
  readonly changes: number
}

/**
 * Chooses the files of a folder: what git tracks and what it would track, or, without git, what the ignore files leave
 * over; from either, `.venvoyignore` and `patterns` take away.
 */
export async function listFiles(
  { where, path: folder, signal, onNote }: Folder,
  patterns: readonly string[],
): Promise<Listing> {
  const own = await ownRules(folder, patterns)
  const keep = (path: string) => !own.ignores(path)
  const state = await askGit(folder, signal)
  if (state !== undefined && 'refused' in state)
    onNote(`git does not tell the files of ${folder} (${state.refused[0]}): the .gitignore files alone decide`)
  if (state === undefined || 'refused' in state) return { paths: await walkFolder(where, folder, keep), changes: 0 }

  const untracked = wanted(state.untracked).filter(keep)
  const inner = await listSubmodules(folder, state, signal)
  for (const path of [...inner.missing, ...untracked.filter((each) => each.endsWith('/'))])
    onNote(`${path} is left out: a git repository of its own that is not checked out as a submodule`)
  const files = untracked.filter((path) => !path.endsWith('/'))
  return {
    paths: [...state.tracked, ...inner.paths].filter(keep).concat(files),
    changes: state.changed.filter(keep).length + files.length,
    ...(state.head === undefined ? {} : { head: state.head }),
  }
}

/** A machine without git can still deploy a folder. */
async function askGit(folder: string, signal?: AbortSignal): Promise<WorkTreeAnswer> {
  try {
    return await workTree(folder, signal)
  } catch (error) {
    if (error instanceof VenvoyError && error.kind === 'config') return undefined
    throw error
  }
}

/** Without the names that no deploy wants, and without venvs: folders with a pyvenv.cfg. */
function wanted(untracked: readonly string[]): string[] {
  const venvs = untracked
    .filter((path) => path.endsWith('/pyvenv.cfg'))
    .map((path) => path.slice(0, -'pyvenv.cfg'.length))
  return untracked.filter((path) => !isUnwanted(path) && !venvs.some((venv) => path.startsWith(venv)))
}

/** The tracked files of the submodules, with theirs, under their paths in the outer folder. */
async function listSubmodules(
  folder: string,
  { submodules }: WorkTree,
  signal?: AbortSignal,
): Promise<{ paths: string[]; missing: string[] }> {
  const paths: string[] = []
  const missing: string[] = []
  for (const name of submodules) {
    const inner = join(folder, name)
    const state = existsSync(join(inner, '.git')) ? await workTree(inner, signal) : undefined
    if (state === undefined || 'refused' in state) {
      missing.push(name)
      continue
    }
    const deeper = await listSubmodules(inner, state, signal)
    paths.push(...[...state.tracked, ...deeper.paths].map((path) => `${name}/${path}`))
    missing.push(...deeper.missing.map((path) => `${name}/${path}`))
  }
  return { paths, missing }
}
