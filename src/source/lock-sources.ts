import { dirname, posix } from 'node:path'
import type { VenvSpec } from '../config/spec.js'
import type { LockInputs } from '../lock/inputs.js'
import { readPyproject } from '../lock/read-pyproject.js'
import { hasHashes } from '../lock/read-requirements.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { decodeRequirements } from '../operations/requirements-text.js'
import type { Tree } from '../operations/tree.js'
import { readRequirements } from './requirements.js'

/** The inputs of a lockfile, as read from a tree. */
export interface LockSources extends LockInputs {
  readonly needsTree: boolean
  /** The files that say what is wanted, for people: `requirements.in`, `pyproject.toml`. */
  readonly from: readonly string[]
}

/**
 * What a lockfile of the venv is made from: the requirements that are named, or else requirements.in, a requirements.txt
 * without hashes, or pyproject.toml, whichever the tree has first. Undefined: nothing says what is wanted.
 */
export async function readLockSources(tree: Tree, venv: VenvSpec): Promise<LockSources | undefined> {
  const file = venv.requirements.length > 0 ? undefined : await sourceFile(tree, venv)
  const isProject = file !== undefined && posix.basename(file) === 'pyproject.toml'
  if (file === undefined && venv.requirements.length + venv.packages.length === 0) return undefined
  const chosen = { extras: venv.extras ?? [], groups: venv.groups ?? [] }
  const project = isProject ? readPyproject(file, (await textIn(tree, file)) ?? '', chosen) : []
  const requirements = isProject || file === undefined ? venv.requirements : [file]
  const wanted = { requirements, constraints: venv.constraints, packages: [...project, ...venv.packages] }
  const read: RequirementsFiles = await readRequirements(tree, wanted)
  const packages = venv.packages.length > 0 ? ['venv.packages'] : []
  return { ...read, from: [...(isProject ? [file] : requirements), ...packages] }
}

async function sourceFile(tree: Tree, { requirementsGiven }: VenvSpec): Promise<string | undefined> {
  if (requirementsGiven) return undefined
  for (const path of ['requirements.in', 'requirements.txt', 'pyproject.toml']) {
    const text = await textIn(tree, path)
    if (text !== undefined && !(path === 'requirements.txt' && hasHashes(text))) return path
  }
  return undefined
}

/** The text of a file of a tree; undefined where there is none. */
export async function textIn(tree: Tree, path: string): Promise<string | undefined> {
  const entry = tree.entries.find((each) => each.path === path)
  if (entry?.kind === 'link') return textIn(tree, posix.join(dirname(path), entry.target))
  return entry && decodeRequirements(await tree.read(entry.digest))
}
