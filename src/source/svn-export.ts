import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { TreeEntry } from '../operations/tree.js'
import { readFiles } from './read-files.js'
import { contentPlace, forgetUnused, openStored, type StoredTree, store } from './stored-tree.js'
import { type SvnAt, type SvnInfo, type SvnRemote, unescapeXml } from './svn-remote.js'
import { withWorkingCopy } from './svn-working-copy.js'

/** The files of a URL in one revision, without externals. */
export type SvnExport = StoredTree<SvnInfo & { readonly externals: readonly ExternalsProperty[] }>

/** A `svn:externals` property. */
interface ExternalsProperty {
  /** The folder that has it, from the top of the export; '' is the top. */
  readonly folder: string
  readonly text: string
}

/** What a file's only entry is called. */
const soleFile = 'file'

/**
 * The files of a URL, from the cache where they are known: then a revision that is a number costs no contact at all, and `HEAD`
 * one question, or two where something else of the repository has changed. Throws a VenvoyError for what is not there.
 */
export async function svnExport(
  remote: SvnRemote,
  at: SvnAt,
  { cache, signal }: { readonly cache: string; readonly signal?: AbortSignal | undefined },
): Promise<SvnExport> {
  const place = (url: string, revision: number) => join(cache, 'svn', `${nameOf(url)}-${revision}`)
  if (isNumber(at.peg) && at.revision === undefined) {
    const known = await openStored<SvnExport['about']>(place(at.url, Number(at.peg)))
    if (known !== undefined) return known
  }
  const info = await remote.info(at)
  const { url, revision } = info
  const known = (await openStored<SvnExport['about']>(place(url, revision))) ?? (await sameAs(info, remote, cache))
  if (known !== undefined) return known
  return store(place(url, revision), async (draft) => {
    if (info.kind === 'file')
      return { entries: await readFileAlone(remote, info, draft, signal), about: { ...info, externals: [] } }
    return withWorkingCopy(remote, info, join(cache, 'svn-work', nameOf(url)), async (folder) => ({
      entries: await readWorkingCopy(url, folder, draft, signal),
      about: { ...info, externals: await externalsOf(remote, url, folder) },
    })).finally(() => forgetUnused(join(cache, 'svn-work')).catch(() => undefined))
  })
}

const nameOf = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 32)

// `120`, not `HEAD`
const isNumber = (revision: string): boolean => /^\d+$/.test(revision)

/** An export of an earlier revision since which only other parts of the repository have changed. */
async function sameAs({ url, revision, changed }: SvnInfo, remote: SvnRemote, cache: string) {
  const names = await readdir(join(cache, 'svn')).catch(() => [])
  const revisions = names
    .filter((name) => name.startsWith(`${nameOf(url)}-`))
    .map((name) => Number(name.slice(name.indexOf('-') + 1)))
    .filter((each) => each >= changed && each < revision)
  if (revisions.length === 0) return undefined
  const newest = Math.max(...revisions)
  // A folder above that was replaced by another changes what is here, and not when it was last changed.
  const differs = await remote.attempt(url, ['diff', '--summarize', '--', `${url}@${newest}`, `${url}@${revision}`])
  if (differs.code !== 0 || differs.stdout !== '') return undefined
  return openStored<SvnExport['about']>(join(cache, 'svn', `${nameOf(url)}-${newest}`))
}

async function readFileAlone(
  remote: SvnRemote,
  { url, revision }: SvnInfo,
  draft: string,
  signal: AbortSignal | undefined,
): Promise<TreeEntry[]> {
  const folder = join(draft, 'export')
  await mkdir(folder)
  await remote.run(url, ['export', '--quiet', '--', `${url}@${revision}`, join(folder, soleFile)])
  return keep(url, folder, [soleFile], draft, signal)
}

async function readWorkingCopy(url: string, folder: string, draft: string, signal?: AbortSignal): Promise<TreeEntry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found
    .filter((entry) => !entry.isDirectory())
    // `parentPath`, as Node 20.12 and later have it
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !path.startsWith('.svn/'))
  return keep(url, folder, paths, draft, signal)
}

/** Hashes the files and puts their contents into the draft: the working copy will change. */
async function keep(
  url: string,
  path: string,
  paths: readonly string[],
  draft: string,
  signal: AbortSignal | undefined,
): Promise<TreeEntry[]> {
  const entries = await readFiles({ where: `source ${url}`, path, signal, onNote: () => undefined }, paths)
  for (const entry of entries)
    if (entry.kind === 'file')
      await copyFile(join(path, entry.path), contentPlace(draft, entry.digest), constants.COPYFILE_FICLONE)
  return entries
}

async function externalsOf(remote: SvnRemote, url: string, folder: string): Promise<ExternalsProperty[]> {
  const xml = await remote.run(url, ['propget', 'svn:externals', '-R', '--xml', '--', folder])
  // `<target path="/cache/…/sub"><property name="svn:externals">^/lib lib</property></target>`
  const found = xml.matchAll(/<target\s+path="([^"]*)">\s*<property([^>]*)>([^<]*)<\/property>/g)
  return [...found].map(([, path = '', attributes = '', text = '']) => ({
    folder: relative(folder, unescapeXml(path)),
    text: attributes.includes('encoding="base64"') ? Buffer.from(text, 'base64').toString() : unescapeXml(text),
  }))
}
