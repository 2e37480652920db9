import { createHash } from 'node:crypto'
import type { VenvSpec } from '../config/spec.js'
import type { Interpreter } from '../facts/facts.js'
import { render } from '../shell/command.js'
import { type RequirementsFiles, requirementLines } from './requirements.js'
import type { Tree } from './tree.js'

/** Counts up when venvs are built differently, so that all are built anew. */
const format = 1

/**
 * The digest of all that the control side knows of a venv: two venvs with the same inputs and the same interpreter are
 * the same, whatever they are called. The tree counts only where requirements refer to its files. SHA-256, hexadecimal.
 */
export function venvInputs(spec: VenvSpec, requirements: RequirementsFiles, tree?: Pick<Tree, 'digest'>): string {
  if (requirements.needsTree && tree === undefined) throw new TypeError('these requirements need their tree')
  return digest({
    format,
    python: spec.python,
    with: spec.with,
    systemSitePackages: spec.systemSitePackages,
    files: mapValues(requirements.files, (text) => requirementLines(text).map(withoutCredentials).sort()),
    arguments: requirements.arguments.map(withoutCredentials),
    packages: spec.packages.map(withoutCredentials),
    constraints: spec.constraints,
    index: spec.index === undefined ? null : withoutCredentials(spec.index),
    postInstall: spec.postInstall.map((command) => render(command, 'log')),
    tree: requirements.needsTree ? tree?.digest : null,
    ...(requirements.lockfile && { locked: requirements.lockfile.packages.map(({ artifacts: _, ...known }) => known) }),
  })
}

/** The name of a venv's folder: the digest of all that determines it. 16 hexadecimal digits. */
export function fingerprint(inputs: string, interpreter: Interpreter): string {
  const { implementation, version, abi, real, platform } = interpreter
  return digest({ format, inputs, implementation, version, abi, real, platform }).slice(0, 16)
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
