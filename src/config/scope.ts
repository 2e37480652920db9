import type * as z from 'zod'
import type { Secret, Word } from '../shell/command.js'
import type { Path } from './diagnostic.js'
import type { Findings } from './findings.js'
import { findPlaceholders, type Placeholder } from './placeholder.js'
import type { Scalar } from './scalar.js'
import type { SecretPlace } from './secret-source.js'
import { describeIssue, withoutUnions } from './sentences.js'
import { suggest } from './suggest.js'
import type { WrittenSecret } from './written-secret.js'

/** The names that `{{ }}` may use for one target, with their values. */
export type Names = ReadonlyMap<string, Scalar>

/** Gives the secret that is written at a path of the file, and reports where it cannot be had. */
export type SecretReader = (written: WrittenSecret, path: Path, scope: Scope) => Secret

/** What reading needs at every turn: where mistakes go, and where secrets come from. */
export interface Reading {
  readonly findings: Findings
  secretFor(place: SecretPlace): SecretReader
}

/** Fills in what is written for one target; what is wrong is reported, and a harmless value taken in its place. */
export class Scope {
  constructor(
    readonly names: Names,
    readonly findings: Findings,
    readonly secret: SecretReader,
    /** The env of the target's commands, for the texts of files. */
    readonly env: Readonly<Record<string, Word>> = {},
  ) {}

  /** The same with further names. */
  with(names: Iterable<readonly [string, Scalar]>): Scope {
    return new Scope(new Map([...this.names, ...names]), this.findings, this.secret, this.env)
  }

  /** As a whole scalar, `{{ }}` keeps the type of what it names. Nothing, if a mistake was reported. */
  scalar(written: Scalar, path: Path): Scalar | undefined {
    if (typeof written !== 'string') return written
    const placeholders = findPlaceholders(written)
    const values = placeholders.map((placeholder) => this.value(placeholder, written, path))
    if (values.includes(undefined)) return undefined
    if (placeholders[0]?.raw === written.trim()) return values[0]
    const pieces = placeholders.map(
      ({ start }, i) => written.slice(placeholders[i - 1]?.end ?? 0, start) + asText(values[i]!),
    )
    return pieces.join('') + written.slice(placeholders.at(-1)?.end ?? 0)
  }

  text(written: Scalar, path: Path): string {
    return asText(this.scalar(written, path) ?? '')
  }

  /** What is written, filled in and held against its leaf of the schema again. */
  checked<T>(leaf: z.ZodType<T>, written: Scalar, path: Path): T | undefined {
    const value = this.scalar(written, path)
    if (value === undefined) return undefined
    const parsed = leaf.safeParse(value)
    if (parsed.success) return parsed.data
    const node = { kind: 'scalar', value, source: String(value) } as const
    const place = { document: { file: '', text: '' }, start: 0, end: 0 }
    for (const issue of parsed.error.issues.flatMap(withoutUnions)) {
      const [sentence] = describeIssue(issue, { ...node, place }, () => [])
      const filled = value === written ? '' : `, not ${asText(value)}`
      this.findings.report(path, `${sentence!.message}${filled}`)
    }
    return undefined
  }

  /** The same for text, such as a name: the leaf sees numbers as text. */
  checkedText(leaf: z.ZodType<string>, written: Scalar, path: Path): string {
    const value = this.scalar(written, path)
    if (value === undefined) return ''
    const parsed = leaf.safeParse(asText(value))
    if (parsed.success) return parsed.data
    const filled = value === written ? '' : `: ${JSON.stringify(asText(value))}`
    this.findings.report(path, `${parsed.error.issues[0]!.message}${filled}`)
    return ''
  }

  /** The value of a placeholder of a text; nothing, if a mistake was reported. */
  value(placeholder: Placeholder, text: string, path: Path): Scalar | undefined {
    const { raw, name } = placeholder
    const part = partOf(placeholder, text)
    if (name === undefined) {
      this.findings.report(path, `${raw} is more than names and dots`, { part })
      return undefined
    }
    const value = this.names.get(canonical(name, this.names))
    if (value !== undefined) return value
    if (this.findings.isDoubted(name.split('.').at(-1)!)) return undefined
    const message = /^secrets?\./.test(name) ? `${raw}: a secret can only stand in env` : `${raw} is not known here`
    this.findings.report(path, message, { part, hint: this.hintFor(name) })
    return undefined
  }

  private hintFor(name: string): string {
    const known = [...this.names.keys()]
    const [first, second] = name.split('.')
    if (/^secrets?$/.test(first!)) return 'in a command, use the name that it has there, as in "$SECRET_KEY"'
    if (first === 'facts') return 'facts are for conditions: when: facts.os == "debian"'
    if (first === 'env' && second !== undefined) return `in a command, use "$${second}"`
    if (ofInstances.test(name) && !known.includes('instance')) return 'hosts have no instance'
    if (known.includes(`params.${name}`)) return `did you mean params.${name}?`
    return suggest(name, known.map(shortest))
  }
}

// instance   port   ports.web
export const ofInstances = /^(instance|port|ports\.\w+)$/

/** `vars.domain` may be said as `domain`, and `host.name` as `host`. */
export function canonical(name: string, known: ReadonlyMap<string, unknown>): string {
  if (name === 'host') return 'host.name'
  return !known.has(name) && known.has(`vars.${name}`) ? `vars.${name}` : name
}

/** The env variable that holds what a name stands for: `port` is PORT, `vars.domain` is VENVOY_VAR_domain. */
export function envNameOf(name: string): string {
  const [first, second] = name.split('.')
  if (first === 'port') return 'PORT'
  if (first === 'ports') return `PORT_${second?.toUpperCase()}`
  if (first === 'params') return `VENVOY_PARAM_${second}`
  if (first === 'vars') return `VENVOY_VAR_${second}`
  if (first === 'item' && second !== undefined) return `VENVOY_ITEM_${second}`
  return second === 'address' ? 'VENVOY_HOST_ADDRESS' : `VENVOY_${first!.toUpperCase()}`
}

export const asText = (value: Scalar): string => (value === null ? '' : String(value))

/** Which of the placeholders that look the same it is: the place in the file is found by that. */
export function partOf({ raw, start }: Placeholder, text: string): { text: string; nth: number } {
  return { text: raw, nth: text.slice(0, start).split(raw).length - 1 }
}

const shortest = (name: string) => (name === 'host.name' ? 'host' : name.replace(/^vars\./, ''))
