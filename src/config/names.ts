import { describeCircle } from './circle.js'
import type { Path } from './diagnostic.js'
import type { Findings } from './findings.js'
import { findPlaceholders } from './placeholder.js'
import type { Scalar } from './scalar.js'
import { canonical, type Names, ofInstances, Scope } from './scope.js'
import { noSecrets } from './secrets.js'

/** What a name in `{{ }}` stands for, as written: other names may stand in it. */
export interface Definition {
  readonly value: Scalar
  /** Where it is written; absent for what venvoy knows by itself. */
  readonly path?: Path
}

export type Definitions = ReadonlyMap<string, Definition>

/**
 * Fills in the definitions, in whatever order they need each other. Reports unknown names and circles. What needs a name that
 * only instances have is left out silently where there is no instance: it is no mistake in the file.
 */
export function resolveNames(definitions: Definitions, findings: Findings): Names {
  return new Resolution(definitions, findings).run()
}

class Resolution {
  private readonly names = new Map<string, Scalar>()
  private readonly broken = new Set<string>()
  private readonly absent = new Set<string>()
  /** The names that are being filled in, each for the one before. */
  private readonly open: string[] = []
  private readonly scope: Scope
  private readonly hasInstance: boolean

  constructor(
    private readonly definitions: Definitions,
    private readonly findings: Findings,
  ) {
    this.scope = new Scope(this.names, findings, noSecrets)
    this.hasInstance = definitions.has('instance')
  }

  run(): Names {
    for (const name of this.definitions.keys()) this.visit(name)
    return this.names
  }

  private visit(name: string): void {
    if (this.names.has(name) || this.broken.has(name) || this.absent.has(name)) return
    const { value, path } = this.definitions.get(name)!
    this.open.push(name)
    if (typeof value === 'string' && path !== undefined)
      for (const placeholder of findPlaceholders(value)) this.need(placeholder.name ?? '', name, path)
    this.open.pop()
    if (this.broken.has(name) || this.absent.has(name)) return
    const filled = path === undefined ? value : this.scope.scalar(value, path)
    if (filled === undefined) this.break(name)
    else this.names.set(name, filled)
  }

  /** Has what a definition needs filled in first. */
  private need(written: string, by: string, path: Path): void {
    const name = canonical(written, this.definitions)
    if (this.open.includes(name)) this.reportCircle(name, path)
    else if (this.definitions.has(name)) this.visit(name)
    if (this.broken.has(name)) this.break(by)
    if (this.absent.has(name) || (!this.hasInstance && ofInstances.test(name))) this.absent.add(by)
  }

  private reportCircle(name: string, path: Path): void {
    for (const each of this.open.slice(this.open.indexOf(name))) this.break(each)
    this.findings.report(path, describeCircle(this.open, name))
  }

  /** Its mistake is reported; whatever uses it is not another one. */
  private break(name: string): void {
    this.broken.add(name)
    this.findings.doubt(name.split('.').at(-1)!)
  }
}

/** What is written for each name, the later layers over the earlier ones, with where it is written. */
export function layer<T>(
  ...layers: readonly (readonly [written: Readonly<Record<string, T>> | undefined, path: Path])[]
) {
  const definitions = new Map<string, { value: T; path: Path }>()
  for (const [written, path] of layers)
    for (const [name, value] of Object.entries(written ?? {})) definitions.set(name, { value, path: [...path, name] })
  return definitions
}
