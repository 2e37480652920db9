import { createHash } from 'node:crypto'
import type { VenvSpec } from '../config/spec.js'
import type { Interpreter } from '../facts/facts.js'
import type { LockedPackage, PinnedPackage } from '../lock/lock.js'
import { render } from '../shell/command.js'
import { pinned } from './noted.js'
import { type RequirementsFiles, requirementLines } from './requirements.js'
import type { Tree } from './tree.js'
import { installerOf } from './uv.js'

/** Counts up when venvs are built differently, so that all are built anew. */
const format = 3

/**
 * The digest of all that the control side knows of a venv: two venvs with the same inputs and the same interpreter are
 * the same, whatever they are called. The tree counts only where requirements refer to its files. SHA-256, hexadecimal.
 */
export function venvInputs(spec: VenvSpec, requirements: RequirementsFiles, tree?: Pick<Tree, 'digest'>): string {
  const { lockfile } = requirements
  const uv = installerOf(spec)
  const own = {
    ...optionsOf(spec, requirements, tree),
    python: spec.python,
    packages: spec.packages.map(withoutCredentials),
    constraints: spec.constraints,
    index: spec.index === undefined ? null : withoutCredentials(spec.index),
    ...(lockfile === undefined && uv.name === 'uv' && { uv: uv.version ?? null }),
  }
  if (lockfile === undefined) return digest(own)
  return digest({ ...own, requiresPython: lockfile.requiresPython ?? null, locked: lockfile.packages.map(lockedEntry) })
}

/**
 * The digest of what determines a locked venv once its interpreter is known: what other interpreters would get does not
 * count, nor does where the files come from, as their hashes say what they are. SHA-256, hexadecimal.
 */
export function pinnedInputs(
  spec: VenvSpec,
  requirements: RequirementsFiles,
  pinned: readonly PinnedPackage[],
  tree?: Pick<Tree, 'digest'>,
): string {
  return digest({ ...optionsOf(spec, requirements, tree), pinned: pinned.map(pinnedEntry) })
}

/** What counts for every venv. */
function optionsOf(spec: VenvSpec, requirements: RequirementsFiles, tree: Pick<Tree, 'digest'> | undefined) {
  const { name, version } = installerOf(spec)
  if (requirements.needsTree && tree === undefined) throw new TypeError('these requirements need their tree')
  return {
    format,
    with: spec.with,
    // It is in the venv itself. What installs counts no further where the result is the same, as hashes see to.
    ...(name === 'pip' && version !== undefined && { pip: version }),
    systemSitePackages: spec.systemSitePackages,
    files: mapValues(requirements.files, (text) => requirementLines(text).map(withoutCredentials).sort()),
    arguments: requirements.arguments.map(withoutCredentials),
    postInstall: spec.postInstall.map((command) => render(command, 'log')),
    ...(spec.compile === false && { compile: false }),
    tree: requirements.needsTree ? tree?.digest : null,
  }
}

const lockedEntry = (locked: LockedPackage) => [
  ...pinnedEntry(locked),
  locked.marker ?? null,
  locked.requiresPython ?? null,
]

function pinnedEntry({ name, version, hashes, origin }: PinnedPackage) {
  const isAddress = origin !== undefined && origin.kind !== 'folder'
  return [name, version, hashes, isAddress ? { ...origin, url: withoutCredentials(origin.url) } : (origin ?? null)]
}

/**
 * The name of a venv's folder: the digest of all that determines it, from its `venvInputs`, or its `pinnedInputs` where it is
 * locked; `pin` says how much of the interpreter's version counts. 16 hexadecimal digits.
 */
export function fingerprint(inputs: string, interpreter: Interpreter, pin?: VenvSpec['pythonPin']): string {
  const { implementation, abi, real, platform } = interpreter
  const version = pinned(interpreter.version, pin)
  // Where an interpreter is, its patch version often is in the path.
  return digest({ format, inputs, implementation, version, abi, platform, ...(pin !== 'minor' && { real }) }).slice(
    0,
    16,
  )
}

const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')

/** JSON in which the order of keys does not matter. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

/** `https://ann:secret@index.example.com/simple` → `https://index.example.com/simple`, wherever it stands in a text. */
export const withoutCredentials = (text: string): string => text.replace(/:\/\/[^/@\s]+@/g, '://')
