import { VenvoyError } from '../errors.js'
import { artifactOf, filenameOf, markerField, publicUrl, sorted } from './artifact.js'
import { hash } from './hash-option.js'
import type { LockedPackage, Lockfile } from './lock.js'
import { lineEnd, logicalLines } from './logical-lines.js'
import { parseRequirement } from './requirement.js'
import { inputsComment } from './write-requirements.js'

/** Whether a requirements file is a lockfile: one of its lines has a hash. */
export const hasHashes = (text: string): boolean =>
  logicalLines(text.split(lineEnd)).some((line) => ` ${line.text}`.search(hash) >= 0)

/**
 * Reads requirements with hashes. `files` are the texts of all files by their path, included ones too; `main` those that
 * are named first. Throws a VenvoyError with file and line for what pip would refuse with --require-hashes.
 */
export function readRequirementsLock(files: Readonly<Record<string, string>>, main: readonly string[]): Lockfile {
  const packages: LockedPackage[] = []
  const indexes: string[] = []
  const inputs = main.map((path) => inputsOf(files[path] ?? '')).find((found) => found !== undefined)
  for (const [path, text] of Object.entries(files))
    for (const { first, text: line } of logicalLines(text.split(lineEnd))) {
      const where = `${path}:${first}`
      if (line === '') continue
      if (line.startsWith('-')) indexes.push(...indexesOf(line, where))
      else packages.push(readLine(line, where))
    }
  return {
    path: main.join(', '),
    format: 'requirements',
    ...(indexes.length > 0 && { indexes }),
    ...(inputs !== undefined && { inputs }),
    packages: sorted(packages),
  }
}

/** Where `venvoy lock` made the file. */
const inputsOf = (text: string): string | undefined =>
  text.startsWith(inputsComment) ? text.slice(inputsComment.length).split(/\s/)[0] : undefined

function indexesOf(line: string, where: string): string[] {
  // '-i https://…', '--index-url=https://…', '--extra-index-url https://…'
  const url = /^(?:-i\s*|--(?:extra-)?index-url(?:=|\s+))(\S+)/.exec(line)?.[1]
  if (url !== undefined) return [publicUrl(url)]
  if (!/^(?:-e|--editable)/.test(line)) return []
  throw new VenvoyError({
    kind: 'config',
    where,
    what: 'what is editable has no hash',
    why: [line],
    next: 'leave it out of the lockfile: the code of the project comes with the release',
  })
}

function readLine(line: string, where: string): LockedPackage {
  const hashes = [...line.matchAll(hash)].map(([, value = '']) => value)
  // ' --hash=…', ' --config-settings=…': up to the first option it is the requirement
  const { name, specifier, url, marker } = parseRequirement(line.replace(/\s--[a-z].*$/s, ''), where)
  // '==5.1.4', '===5.1.4'; not '==5.*'
  const version = /^={2,3}([^,*]+)$/.exec(specifier)?.[1]
  if (hashes.length === 0) throw unhashed(line, where)
  if (version === undefined && url === undefined) throw unpinned(line, where)
  const digests = [...new Set(hashes.map((each) => digestOf(each, where)))].sort()
  const filename = url === undefined ? undefined : filenameOf(url)
  return {
    name,
    version: version ?? versionOf(filename!),
    ...markerField(marker ?? true),
    hashes: digests,
    artifacts: filename === undefined ? [] : [artifactOf({ filename, digest: digests[0]!, url })],
    ...(url !== undefined && { origin: { kind: 'url', url } }),
  }
}

function digestOf(value: string, where: string): string {
  const digest = /^sha256:([0-9a-f]{64})$/i.exec(value)?.[1]
  if (digest !== undefined) return digest.toLowerCase()
  throw new VenvoyError({ kind: 'config', where, what: `not a SHA-256 hash: ${value}` })
}

/** `django-5.1.4-py3-none-any.whl` → `5.1.4`; a name that says none: empty. */
const versionOf = (filename: string): string => /^[^-]+-([^-]+)-.*\.whl$/.exec(filename)?.[1] ?? ''

const unhashed = (line: string, where: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'a requirement without a hash among some that have one',
    why: [line],
    next: 'lock all of them: venvoy lock',
  })

const unpinned = (line: string, where: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'a requirement with a hash but without an exact version',
    why: [line.replace(hash, '').trim()],
    next: 'write name==version, or lock again: venvoy lock',
  })
