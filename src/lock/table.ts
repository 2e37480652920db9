import { parse, TomlError } from 'smol-toml'
import { VenvoyError } from '../errors.js'

/** A table of a TOML or JSON file, and where it begins; every way to read it says what is wrong and where. */
export class Table {
  readonly #values: Readonly<Record<string, unknown>>
  /** `pylock.toml:12` */
  readonly where: string
  readonly #name: string

  /** `name` is the way to it in the file: `packages.wheels`. */
  constructor(values: Readonly<Record<string, unknown>>, where: string, name = '') {
    this.#values = values
    this.where = where
    this.#name = name
  }

  get keys(): readonly string[] {
    return Object.keys(this.#values)
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined
  }

  text(key: string): string {
    const value = this.optionalText(key)
    if (value === undefined) throw this.fault(key, 'is missing')
    return value
  }

  optionalText(key: string): string | undefined {
    const value = this.#values[key]
    if (value !== undefined && typeof value !== 'string') throw this.fault(key, 'should be text')
    return value
  }

  optionalNumber(key: string): number | undefined {
    const value = this.#values[key]
    return typeof value === 'number' ? value : undefined
  }

  isTrue(key: string): boolean {
    return this.#values[key] === true
  }

  texts(key: string): string[] {
    const list = this.#list(key)
    if (!list.every((item) => typeof item === 'string')) throw this.fault(key, 'should be a list of texts')
    return list
  }

  table(key: string): Table | undefined {
    const value = this.#values[key]
    if (value === undefined) return undefined
    if (!isTable(value)) throw this.fault(key, 'should be a table')
    return new Table(value, this.where, this.#nameOf(key))
  }

  /** The tables of a list. `lines` are those where they begin. */
  tables(key: string, lines: readonly string[] = []): Table[] {
    return this.#list(key).map((item, i) => {
      if (!isTable(item)) throw this.fault(key, 'should be a list of tables')
      return new Table(item, lines[i] ?? this.where, this.#nameOf(key))
    })
  }

  /** Whatever stands there. */
  any(key: string): unknown {
    return this.#values[key]
  }

  fault(key: string, what: string): VenvoyError {
    return new VenvoyError({ kind: 'config', where: this.where, what: `${this.#nameOf(key)} ${what}` })
  }

  #list(key: string): unknown[] {
    const value = this.#values[key] ?? []
    if (!Array.isArray(value)) throw this.fault(key, 'should be a list')
    return value
  }

  #nameOf(key: string): string {
    return this.#name === '' ? key : `${this.#name}.${key}`
  }
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws a VenvoyError with the line where the text is no TOML. */
export function readToml(path: string, text: string): Table {
  try {
    return new Table(parse(text), path)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // 'Invalid TOML document: unexpected character\n\n1:  a b\n   ^' → 'unexpected character'
    const why = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    throw new VenvoyError({ kind: 'config', where: `${path}:${error.line}`, what: 'not TOML', why: [why] })
  }
}

/** Throws a VenvoyError where the text is no JSON object. */
export function readJson(path: string, text: string): Table {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new VenvoyError({ kind: 'config', where: path, what: 'not JSON', why: [(error as Error).message] })
  }
  if (!isTable(value)) throw new VenvoyError({ kind: 'config', where: path, what: 'not a JSON object' })
  return new Table(value, path)
}

/** Where each `[[name]]` of a file begins: `uv.lock:12`. */
export function placesOf(path: string, text: string, name: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    // `[[ packages ]]  # comment`
    const header = /^\s*\[\[\s*([\w.-]+)\s*\]\]/.exec(line)?.[1]
    return header === name ? [`${path}:${i + 1}`] : []
  })
}
