import { posix } from 'node:path'
import type { VenvSpec } from '../config/spec.js'
import { suggest } from '../config/suggest.js'
import { VenvoyError } from '../errors.js'
import { checkIndexes } from '../lock/check-inputs.js'
import { checkPackages } from '../lock/check-packages.js'
import { inputsDigest } from '../lock/inputs.js'
import type { Lockfile } from '../lock/lock.js'
import { readLockfile } from '../lock/read.js'
import { hasHashes, readRequirementsLock } from '../lock/read-requirements.js'
import { isUnlocked } from '../operations/locked.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import type { Tree } from '../operations/tree.js'
import { readLockSources, textIn } from './lock-sources.js'
import { readRequirements } from './requirements.js'

/** What a venv is made from, as its tree says it. */
export interface VenvSources {
  /** With the files that count: none of them where a lockfile does. */
  readonly venv: VenvSpec
  readonly requirements: RequirementsFiles
}

export interface VenvNotes {
  info(text: string): void
  warn(text: string): void
}

/** The lockfiles that are looked for where none is named, the better ones first. */
const wellKnown = ['pylock.toml', 'uv.lock', 'poetry.lock', 'Pipfile.lock']

/**
 * The lockfile of a venv and nothing else, or its requirements where there is none. A lockfile that is named must be there.
 * Throws a VenvoyError with file and line for what cannot be read, and where `locked: require` finds no lockfile.
 */
export async function readVenvSources(tree: Tree, spec: VenvSpec, notes: VenvNotes): Promise<VenvSources> {
  const lockfile = spec.locked === 'off' ? undefined : await findLockfile(tree, spec, notes)
  if (lockfile !== undefined) {
    checkPackages(spec.packages, lockfile)
    await warnIfStale(tree, spec, lockfile, notes)
    const venv = { ...spec, requirements: [], packages: [], constraints: [] }
    return { venv, requirements: { files: {}, arguments: [], needsTree: false, lockfile } }
  }
  const venv = withDefaultFile(spec, tree)
  if (spec.locked === 'require') throw noLockfile(spec)
  const parts = (['extras', 'groups'] as const).find((key) => (spec[key] ?? []).length > 0)
  if (parts !== undefined) throw partsOfNothing(parts)
  const requirements = await readRequirements(tree, venv, notes.info)
  checkIndexes(requirements)
  if ((spec.wheels ?? 'server') !== 'server' && isUnlocked(requirements)) throw notToSend(spec)
  return { venv, requirements }
}

async function findLockfile(tree: Tree, spec: VenvSpec, notes: VenvNotes): Promise<Lockfile | undefined> {
  if (spec.lockfile !== undefined) return readNamed(tree, spec, spec.lockfile)
  const found = wellKnown.find((path) => tree.entries.some((entry) => entry.path === path))
  if (found === undefined) return hashedRequirements(tree, withDefaultFile(spec, tree).requirements)
  if (!spec.requirementsGiven) return readNamed(tree, spec, found)
  // Requirements that are named are what is wanted; a lockfile counts only where it was made of these.
  const lockfile = found === 'pylock.toml' ? await readNamed(tree, { ...spec, extras: [] }, found) : undefined
  if (lockfile?.inputs !== undefined) return lockfile
  notes.info(`${found} does not count, as venv: names its requirements; if it should: venv: { lockfile: ${found} }`)
  return hashedRequirements(tree, spec.requirements)
}

async function readNamed(tree: Tree, spec: VenvSpec, path: string): Promise<Lockfile> {
  const text = await textIn(tree, path)
  if (text === undefined) throw missing(path, tree)
  if (!/\.(toml|lock)$/.test(path)) return (await hashedRequirements(tree, [path])) ?? notHashed(path)
  const pyproject = await textIn(tree, posix.join(posix.dirname(path), 'pyproject.toml'))
  return readLockfile({
    path,
    text,
    extras: spec.extras ?? [],
    ...(spec.groups && { groups: spec.groups }),
    ...(pyproject !== undefined && { pyproject }),
  })
}

async function hashedRequirements(tree: Tree, requirements: readonly string[]): Promise<Lockfile | undefined> {
  if (requirements.length === 0) return undefined
  const texts = await Promise.all(requirements.map((path) => textIn(tree, path)))
  if (!texts.some((text) => text !== undefined && hasHashes(text))) return undefined
  const { files } = await readRequirements(tree, { requirements, constraints: [], packages: [] })
  return readRequirementsLock(files, requirements)
}

async function warnIfStale(tree: Tree, spec: VenvSpec, lockfile: Lockfile, notes: VenvNotes): Promise<void> {
  if (lockfile.inputs === undefined) return
  const sources = await readLockSources(tree, spec)
  if (sources === undefined || inputsDigest(sources) === lockfile.inputs) return
  notes.warn(`${lockfile.path} was made from other requirements than ${sources.from.join(', ')}: venvoy lock`)
}

/** Where the file says nothing of requirements, the tree's own requirements.txt is meant. */
function withDefaultFile(venv: VenvSpec, tree: Tree): VenvSpec {
  const hasFile = tree.entries.some(({ path }) => path === 'requirements.txt')
  return venv.requirementsGiven || !hasFile ? venv : { ...venv, requirements: ['requirements.txt'] }
}

function missing(path: string, tree: Tree): VenvoyError {
  const names = tree.entries.map((entry) => entry.path).filter((name) => /(?:\.lock|pylock.*\.toml)$/.test(name))
  return new VenvoyError({
    kind: 'config',
    where: 'venv.lockfile',
    what: `there is no file ${path} in the source (${suggest(path, names)})`,
    next: 'make it, and put it under version control: venvoy lock',
  })
}

function notHashed(path: string): never {
  throw new VenvoyError({
    kind: 'config',
    where: 'venv.lockfile',
    what: `${path} is no lockfile: none of its requirements has a hash`,
    next: 'name it under venv.requirements, and lock that: venvoy lock',
  })
}

const noLockfile = ({ name }: VenvSpec) =>
  new VenvoyError({
    kind: 'config',
    where: 'venv.locked',
    what: `venv ${name} is to be built from a lockfile, and the source has none`,
    next: 'make one, and put it under version control: venvoy lock',
  })

const notToSend = ({ name, locked }: VenvSpec) =>
  new VenvoyError({
    kind: 'config',
    where: 'venv.wheels',
    what: `the packages of venv ${name} are to be sent, and ${locked === 'off' ? '`locked: off` leaves open' : 'no lockfile says'} which they are`,
    next: 'make one, and put it under version control: venvoy lock',
  })

const partsOfNothing = (key: 'extras' | 'groups') =>
  new VenvoyError({
    kind: 'config',
    where: `venv.${key}`,
    what: `${key} are parts of a lockfile, and the source has none`,
    next: 'make one from pyproject.toml, and put it under version control: venvoy lock',
  })
