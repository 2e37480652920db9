import type { Artifact, LockedPackage, Lockfile } from './lock.js'

/** What a lockfile of ours holds beside its packages. */
export type WrittenLock = Pick<Lockfile, 'packages' | 'targets'> & {
  readonly inputs: string
  /** The files that it was made from. */
  readonly from: readonly string[]
  /** What it was made for, for people. */
  readonly madeFor: readonly string[]
}

/**
 * The text of a pylock.toml (PEP 751). The same lock is the same text, byte by byte. No address of an index is in it: a wheel
 * is found by its name, version and hash at whatever index a host uses, so a file has a `path` (PEP 751 wants that or a URL),
 * in a folder `wheels` beside the lockfile that need not be there.
 */
export function pylockText(lock: WrittenLock): string {
  const head = [
    'lock-version = "1.0"',
    ...(lock.targets === undefined ? [] : [`environments = ${list(lock.targets.map(literal))}`]),
    'created-by = "venvoy"',
  ]
  const tail = [
    '[tool.venvoy]',
    `inputs = ${quoted(lock.inputs)}`,
    `from = ${list(lock.from.map(quoted))}`,
    `made-for = ${list(lock.madeFor.map(quoted))}`,
  ]
  return `${[head, ...lock.packages.map(packageLines), tail].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function packageLines({ name, version, marker, artifacts, origin }: LockedPackage): string[] {
  const wheels = artifacts.map((each) => `{ ${fileText(each)} }`)
  return [
    '[[packages]]',
    `name = ${quoted(name)}`,
    `version = ${quoted(version)}`,
    ...(marker === undefined ? [] : [`marker = ${literal(marker)}`]),
    ...(origin?.kind === 'url' ? [`archive = ${wheels[0]}`] : [`wheels = ${list(wheels)}`]),
  ]
}

function fileText({ url, filename, digest }: Artifact): string {
  const place = url === undefined ? `path = ${quoted(`${wheelsFolder}/${filename}`)}` : `url = ${quoted(url)}`
  return `${place}, hashes = { sha256 = ${quoted(digest)} }`
}

/** Where the wheels would lie that a lockfile of ours names. */
const wheelsFolder = 'wheels'

const list = (items: readonly string[]): string =>
  items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${item},\n`).join('')}]`

/** JSON's texts are TOML's too. */
const quoted = (text: string): string => JSON.stringify(text)

/** Markers are full of quotation marks. */
const literal = (text: string): string => (text.includes("'") ? quoted(text) : `'${text}'`)
