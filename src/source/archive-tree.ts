import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SourceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Tree, TreeEntry } from '../operations/tree.js'
import type { ArchiveEntry } from './archive-entry.js'
import { download, otherContent } from './download.js'
import { localPath } from './git-remote.js'
import { loginOf } from './login.js'
import { makeTree } from './make-tree.js'
import { assertNoOverlaps } from './overlaps.js'
import type { SourceOptions } from './source-options.js'
import { contentPlace, openStored, type StoredTree, store } from './stored-tree.js'
import { unpack } from './unpack.js'

type ArchiveSpec = Extract<SourceSpec, { kind: 'archive' }>

/**
 * The tree of an archive: of a file here, or of one on the web with its sha256. It is taken apart once; nothing of it is ever
 * written at a path of its own. Throws a VenvoyError for what cannot be had or read, and for paths that lead out of it.
 */
export async function archiveTree(spec: ArchiveSpec, options: SourceOptions): Promise<Tree> {
  const { name, where, stored, sha256 } = /^https?:\/\//i.test(spec.archive)
    ? await fromWeb(spec, options)
    : await fromFile(spec, options)
  const { entries, pieces } = stored
  if (entries.length === 0 && spec.strip > 0)
    throw new VenvoyError({ kind: 'config', where, what: `\`strip: ${spec.strip}\` leaves nothing of it` })
  noteSoleFolder(name, entries, spec.strip, options)
  return makeTree(where, { entries, pieces, revision: `${name} (sha256 ${sha256.slice(0, 7)})` })
}

interface Opened {
  readonly name: string
  readonly where: string
  readonly sha256: string
  readonly stored: StoredTree<null>
}

async function fromFile(
  { archive, strip, sha256 }: ArchiveSpec,
  { base, cache, signal }: SourceOptions,
): Promise<Opened> {
  const where = `source ${archive}`
  const path = localPath(archive, base)
  const stats = await stat(path).catch(() => undefined)
  if (!stats?.isFile()) {
    const what = stats === undefined ? 'no such file' : 'not a file'
    throw new VenvoyError({ kind: 'config', where, what, why: [`looked at ${path}`] })
  }
  const digest = await digestOf(where, path)
  if (sha256 !== undefined && sha256 !== digest) throw otherContent(where, sha256, digest)
  const folder = placeOf(cache, digest, strip)
  const stored = (await openStored<null>(folder)) ?? (await takeApart(where, path, folder, strip, signal))
  return { name: basename(archive), where, sha256: digest, stored }
}

async function fromWeb({ archive, strip, sha256, login }: ArchiveSpec, options: SourceOptions): Promise<Opened> {
  const { cache, signal } = options
  const url = new URL(archive)
  const inUrl = {
    ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  }
  url.username = ''
  url.password = ''
  const where = `source ${url.href}`
  const name = decodeURIComponent(basename(url.pathname)) || url.hostname
  if (sha256 === undefined)
    throw new VenvoyError({ kind: 'config', where, what: 'an archive on the web needs its sha256' })
  const folder = placeOf(cache, sha256, strip)
  const known = await openStored<null>(folder)
  if (known !== undefined) return { name, where, sha256, stored: known }
  const place = join(cache, 'archive', `download.${randomBytes(4).toString('hex')}`)
  await mkdir(join(cache, 'archive'), { recursive: true, mode: 0o700 })
  try {
    await download({ url: url.href, login: { ...inUrl, ...loginOf({ login }) }, sha256, signal }, place)
    return { name, where, sha256, stored: await takeApart(where, place, folder, strip, signal) }
  } finally {
    await rm(place, { force: true })
  }
}

const placeOf = (cache: string, digest: string, strip: number): string => join(cache, 'archive', `${digest}-${strip}`)

async function digestOf(where: string, path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (error) {
    throw new VenvoyError({
      kind: 'config',
      where,
      what: 'the archive cannot be read',
      why: [(error as Error).message],
    })
  }
  return hash.digest('hex')
}

/** Puts the contents of an archive into the cache, each named by its digest. */
function takeApart(
  where: string,
  path: string,
  folder: string,
  strip: number,
  signal: AbortSignal | undefined,
): Promise<StoredTree<null>> {
  return store(folder, async (draft) => {
    const found = new Map<string, TreeEntry>()
    await unpack(
      where,
      path,
      async (entry, content) => {
        const inside = stripped(insidePath(where, entry.path), strip)
        if (inside === '' || entry.kind === 'folder') return
        if (entry.kind === 'other') throw unfit(where, entry.path, `it is ${entry.what}`)
        // Of two with the same name, as `tar --append` makes them, the later one counts.
        found.set(inside, await entryOf(where, entry, inside, content, { draft, strip, found }))
      },
      signal,
    )
    const entries = [...found.values()]
    assertNoOverlaps(where, entries)
    return { entries, about: null }
  })
}

interface Unpacking {
  readonly draft: string
  readonly strip: number
  readonly found: ReadonlyMap<string, TreeEntry>
}

async function entryOf(
  where: string,
  entry: Exclude<ArchiveEntry, { kind: 'folder' | 'other' }>,
  path: string,
  content: AsyncIterable<Buffer>,
  { draft, strip, found }: Unpacking,
): Promise<TreeEntry> {
  if (entry.kind === 'link') return { kind: 'link', path, target: entry.target }
  if (entry.kind === 'file')
    return { kind: 'file', path, executable: entry.executable, ...(await keep(content, draft)) }
  const twin = found.get(stripped(insidePath(where, entry.target), strip))
  if (twin?.kind !== 'file') throw unfit(where, entry.path, `it is a hard link to ${entry.target}, which is not there`)
  return { ...twin, path }
}

async function keep(content: AsyncIterable<Buffer>, draft: string): Promise<{ size: number; digest: string }> {
  const hash = createHash('sha256')
  let size = 0
  const hashed = async function* () {
    for await (const chunk of content) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  const place = join(draft, 'content')
  await writeFile(place, hashed(), { mode: 0o600 })
  const digest = hash.digest('hex')
  await rename(place, contentPlace(draft, digest))
  return { size, digest }
}

/** `./app-1.4//manage.py` → `app-1.4/manage.py`; '' for the top itself. */
function insidePath(where: string, written: string): string {
  const parts = written.split('/').filter((part) => part !== '' && part !== '.')
  if (written.startsWith('/')) throw unfit(where, written, 'an absolute path leads out of the release')
  if (parts.includes('..')) throw unfit(where, written, 'a path with .. leads out of the release')
  if (written.includes('\0') || written.includes('\\')) throw unfit(where, written, 'a name with a backslash or a NUL')
  return parts.join('/')
}

const stripped = (path: string, strip: number): string => path.split('/').slice(strip).join('/')

/** Most archives hold one folder, and most who unpack them want what is in it. */
function noteSoleFolder(name: string, entries: readonly TreeEntry[], strip: number, { onNote }: SourceOptions): void {
  const tops = new Set(entries.map(({ path }) => path.split('/')[0]!))
  const [top] = tops
  if (tops.size === 1 && entries.every(({ path }) => path.includes('/')))
    onNote(`all of ${name} is in the folder ${top}: \`strip: ${strip + 1}\` takes it away`)
}

const unfit = (where: string, path: string, why: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: `the archive holds what no release can: ${JSON.stringify(path)}`,
    why: [why],
  })
