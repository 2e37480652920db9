import type { SourceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Tree, TreeEntry } from '../operations/tree.js'
import { loginOf } from './login.js'
import { makeTree } from './make-tree.js'
import { assertNoOverlaps } from './overlaps.js'
import type { Pieces } from './pieces.js'
import type { SourceOptions } from './source-options.js'
import { revisionNumber, svnChanges } from './svn-changes.js'
import { type SvnExport, svnExport } from './svn-export.js'
import { absoluteUrl, type External, parseExternals } from './svn-externals.js'
import { type SvnAt, type SvnRemote, siteOf, svnRemote } from './svn-remote.js'

type SvnSpec = Extract<SourceSpec, { kind: 'svn' }>

/** The files of an export and of its externals. */
interface Part {
  readonly entries: readonly TreeEntry[]
  readonly contents: ReadonlyMap<string, () => Pieces>
}

/** Where an export lies, and which ones have led to it. */
interface Way {
  readonly path: string
  readonly above: readonly string[]
}

/**
 * The tree of a URL in one revision, with what its `svn:externals` bring: what `svn export` gives.
 * Throws a VenvoyError for an unknown revision, a repository that cannot be read, and externals that cannot be taken.
 */
export async function svnTree(spec: SvnSpec, options: SourceOptions): Promise<Tree> {
  const url = [spec.url.replace(/\/+$/, ''), spec.subdirectory].filter((part) => part !== undefined).join('/')
  const remote = svnRemote(url, loginOf(spec), options)
  const where = `source ${remote.address}`
  const asked = options.ref ?? spec.revision
  const own = await svnExport(remote, { url: remote.address, ...momentOf(asked, where) }, options)
  if (own.about.kind === 'file') throw new VenvoyError({ kind: 'config', where, what: 'this is a file, not a folder' })
  const { entries, contents } = await new SvnParts(remote, options).take(own, { path: '', above: [] })
  assertNoOverlaps(where, entries)
  const { changed } = own.about
  const revision = /^r?\d+$/.test(asked) ? `r${asked.replace(/^r/, '')}` : `${asked} (r${changed})`
  return makeTree(where, {
    entries,
    revision,
    async since(release) {
      const [from, to] = [revisionNumber(release.revision), revisionNumber(revision)]
      return from === undefined || to === undefined ? undefined : svnChanges(remote, own.about.url, from, to)
    },
    pieces: (digest) => contents.get(digest)!(),
  })
}

/** `HEAD`, `120` or `r120`, `{2026-01-31}`. */
function momentOf(asked: string, where: string): Omit<SvnAt, 'url'> {
  if (/^head$/i.test(asked)) return { peg: 'HEAD' }
  if (/^r?\d+$/.test(asked)) return { peg: asked.replace(/^r/, '') }
  if (/^\{[\d :TZ+.-]+\}$/.test(asked)) return { peg: 'HEAD', revision: asked }
  const what = `not a revision: ${JSON.stringify(asked)}`
  throw new VenvoyError({ kind: 'config', where, what, next: 'a number, HEAD, or a date: "{2026-01-31}"' })
}

/** Puts exports together, each external at the revision that it names. */
class SvnParts {
  constructor(
    private readonly remote: SvnRemote,
    private readonly options: SourceOptions,
  ) {}

  async take(own: SvnExport, { path, above }: Way): Promise<Part> {
    const { url, revision, root, kind, externals } = own.about
    const name = `${url}@${revision}`
    if (above.includes(name)) throw circle([...above.slice(above.indexOf(name)), name])
    const inner = await Promise.all(
      externals.flatMap(({ folder, text }) =>
        parseExternals(text).map((external) => {
          const folderUrl = folder === '' ? url : `${url}/${folder}`
          if ('mistake' in external) throw unclear(folderUrl, external.mistake)
          const target = [path, folder, external.target].filter((part) => part !== '').join('/')
          return this.external(external, folderUrl, root, { path: target, above: [...above, name] })
        }),
      ),
    )
    const entries = own.entries.map((entry) => ({ ...entry, path: kind === 'file' ? path : joined(path, entry.path) }))
    const contents = entries.flatMap((entry) =>
      entry.kind === 'file' ? [[entry.digest, () => own.pieces(entry.digest)] as const] : [],
    )
    return {
      entries: [...entries, ...inner.flatMap((part) => part.entries)],
      contents: new Map([...inner.flatMap((part) => [...part.contents]), ...contents]),
    }
  }

  private async external(external: External, folderUrl: string, root: string, way: Way): Promise<Part> {
    const url = absoluteUrl(external.url, folderUrl, root)
    const shown = `it is the external ${way.path} of ${folderUrl}`
    if (siteOf(url) === 'file://' && siteOf(folderUrl) !== 'file://') throw localExternal(url, shown)
    const { peg, revision } = external
    try {
      const own = await svnExport(this.remote, { url, peg, revision }, this.options)
      if (!/\d/.test(revision ?? peg))
        this.options.onNote(`${way.path} is an external without a revision: r${own.about.changed} of ${url} is taken`)
      return await this.take(own, way)
    } catch (error) {
      if (!(error instanceof VenvoyError) || error.kind === 'interrupted') throw error
      const { why = [], ...failure } = error.failure
      throw new VenvoyError({ ...failure, why: [...why, shown] }, { cause: error })
    }
  }
}

const joined = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`)

const unclear = (url: string, line: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${url}`,
    what: `its svn:externals cannot be understood: ${line}`,
    next: `svn propget svn:externals ${url}`,
  })

const circle = (names: readonly string[]) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${names[0]}`,
    what: 'its externals lead in a circle',
    why: [names.join(' → ')],
  })

const localExternal = (url: string, shown: string) =>
  new VenvoyError({
    kind: 'config',
    where: `source ${url}`,
    what: 'this external is a repository of this machine',
    why: ['a repository from elsewhere does not say what of this machine is deployed', shown],
  })
