import type { Path } from './diagnostic.js'
import type { SourceInput } from './schema.js'
import type { Scope } from './scope.js'
import type { SourceSpec } from './spec.js'
import { treePath } from './values.js'

type Written = string | SourceInput | undefined

/** One place where a source is written, as a map. */
interface Layer {
  readonly map: SourceInput
  pathOf(field: keyof SourceInput): Path
}

/** The source of one instance: its own over the top-level one, which one of another kind replaces. */
export function resolveSource(top: Written, own: Written, instanceKey: string, scope: Scope): SourceSpec | undefined {
  const layers = layersOf(asLayer(top, ['source']), asLayer(own, ['instances', instanceKey, 'source']))
  const last = layers.at(-1)
  if (last === undefined) return undefined
  const source: SourceInput = Object.assign({}, ...layers.map(({ map }) => map))
  const pathOf = (field: keyof SourceInput) => (layers.findLast(({ map }) => field in map) ?? last).pathOf(field)
  const { git, path, ref, subdirectory, ignore } = source
  checkKind(source, pathOf, scope)
  if (git === undefined) return { kind: 'path', path: scope.text(path ?? '.', pathOf('path')), ignore: ignore ?? [] }
  const part = subdirectory && scope.checkedText(treePath, subdirectory, pathOf('subdirectory'))
  const revision = scope.text(ref ?? 'HEAD', pathOf('ref'))
  return { kind: 'git', url: scope.text(git, pathOf('git')), ref: revision, ...(part ? { subdirectory: part } : {}) }
}

function asLayer(written: Written, path: Path): Layer | undefined {
  if (typeof written === 'string') return { map: { path: written }, pathOf: () => path }
  return written && { map: written, pathOf: (field) => [...path, field] }
}

function layersOf(top: Layer | undefined, own: Layer | undefined): Layer[] {
  const isOtherKind = own !== undefined && kindsOf(own.map).some((kind) => !(kind in (top?.map ?? {})))
  return [isOtherKind ? undefined : top, own].filter((layer) => layer !== undefined)
}

const kindsOf = (map: SourceInput) => (['git', 'path'] as const).filter((kind) => kind in map)

function checkKind(source: SourceInput, pathOf: (field: keyof SourceInput) => Path, { findings }: Scope): void {
  const [kind, other] = kindsOf(source)
  const whole = pathOf('git').slice(0, -1)
  if (kind === undefined && !findings.hasWithin(whole)) findings.report(whole, 'needs git or path', { isKey: true })
  if (other !== undefined) findings.report(pathOf('path'), 'git or path, not both', { isKey: true })
  if (kind === undefined || other !== undefined) return
  const strays = kind === 'git' ? (['ignore'] as const) : (['ref', 'subdirectory'] as const)
  for (const key of strays.filter((key) => source[key] !== undefined))
    findings.report(pathOf(key), `goes with ${kind === 'git' ? 'path' : 'git'}`, { isKey: true })
}
