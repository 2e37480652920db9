import type { Path } from './diagnostic.js'
import { given } from './given.js'
import type { SourceInput } from './schema.js'
import type { Scope } from './scope.js'
import type { SourceLogin, SourceSpec } from './spec.js'
import { listOf } from './suggest.js'
import { treePath } from './values.js'

type Written = string | SourceInput | undefined

/** One place where a source is written, as a map. */
interface Layer {
  readonly map: SourceInput
  pathOf(field: keyof SourceInput): Path
}

/** What is written in all places together, and where each key is. */
interface Merged {
  readonly source: SourceInput
  pathOf(field: keyof SourceInput): Path
}

const kinds = ['git', 'svn', 'path', 'archive'] as const

/** What the other keys go with. */
const kindsOfKey: Partial<Record<keyof SourceInput, readonly (typeof kinds)[number][]>> = {
  ref: ['git'],
  revision: ['svn'],
  subdirectory: ['git', 'svn'],
  ignore: ['path'],
  strip: ['archive'],
  sha256: ['archive'],
  user: ['git', 'svn', 'archive'],
  password: ['git', 'svn', 'archive'],
}

/** The source of one instance: its own over the top-level one, which one of another kind replaces. */
export function resolveSource(top: Written, own: Written, instanceKey: string, scope: Scope): SourceSpec | undefined {
  const layers = layersOf(asLayer(top, ['source']), asLayer(own, ['instances', instanceKey, 'source']))
  const last = layers.at(-1)
  if (last === undefined) return undefined
  const source: SourceInput = Object.assign({}, ...layers.map(({ map }) => map))
  const pathOf = (field: keyof SourceInput) => (layers.findLast(({ map }) => field in map) ?? last).pathOf(field)
  checkKind({ source, pathOf }, scope)
  return specOf({ source, pathOf }, scope)
}

function specOf({ source, pathOf }: Merged, scope: Scope): SourceSpec {
  const { git, svn, archive, path, ref, revision, subdirectory, ignore, strip, sha256 } = source
  const text = (written: string | number, field: keyof SourceInput) => scope.text(written, pathOf(field))
  const part = subdirectory && scope.checkedText(treePath, subdirectory, pathOf('subdirectory'))
  const more = { subdirectory: part || undefined, login: loginOf({ source, pathOf }, scope) }
  if (git !== undefined)
    return given({ kind: 'git' as const, url: text(git, 'git'), ref: text(ref ?? 'HEAD', 'ref'), ...more })
  if (svn !== undefined)
    return given({
      kind: 'svn' as const,
      url: text(svn, 'svn'),
      revision: text(revision ?? 'HEAD', 'revision'),
      ...more,
    })
  if (archive === undefined) return { kind: 'path', path: text(path ?? '.', 'path'), ignore: ignore ?? [] }
  const { login } = more
  return given({
    kind: 'archive' as const,
    archive: checkedArchive(text(archive, 'archive'), { source, pathOf }, scope),
    strip: strip ?? 0,
    sha256: sha256?.toLowerCase(),
    login,
  })
}

function checkedArchive(archive: string, { source, pathOf }: Merged, { findings }: Scope): string {
  const isOnWeb = /^https?:\/\//i.test(archive)
  if (isOnWeb && source.sha256 === undefined) {
    const hint = 'what is behind a URL may change: say which content is meant'
    findings.report(pathOf('archive'), 'needs sha256 beside it', { hint })
  }
  return archive
}

function loginOf({ source, pathOf }: Merged, scope: Scope): SourceLogin | undefined {
  const { user, password } = source
  if (user === undefined && password === undefined) return undefined
  return given({
    user: user === undefined ? undefined : scope.text(user, pathOf('user')),
    password: password === undefined ? undefined : scope.secret(password, pathOf('password'), scope),
  })
}

function asLayer(written: Written, path: Path): Layer | undefined {
  if (typeof written === 'string') return { map: { path: written }, pathOf: () => path }
  return written && { map: written, pathOf: (field) => [...path, field] }
}

function layersOf(top: Layer | undefined, own: Layer | undefined): Layer[] {
  const isOtherKind = own !== undefined && kindsOf(own.map).some((kind) => !(kind in (top?.map ?? {})))
  return [isOtherKind ? undefined : top, own].filter((layer) => layer !== undefined)
}

const kindsOf = (map: SourceInput) => kinds.filter((kind) => kind in map)

function checkKind({ source, pathOf }: Merged, { findings }: Scope): void {
  const [kind, other] = kindsOf(source)
  const whole = pathOf('git').slice(0, -1)
  if (kind === undefined && !findings.hasWithin(whole))
    findings.report(whole, `needs one of ${listOf(kinds)}`, { isKey: true })
  if (other !== undefined) findings.report(pathOf(other), `${kind} or ${other}, not both`, { isKey: true })
  if (kind === undefined || other !== undefined) return
  for (const [key, fitting] of Object.entries(kindsOfKey) as [keyof SourceInput, readonly string[]][])
    if (source[key] !== undefined && !fitting.includes(kind))
      findings.report(pathOf(key), `goes with ${listOf(fitting, 'or')}`, { isKey: true })
}
