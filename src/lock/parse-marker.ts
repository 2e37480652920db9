import { VenvoyError } from '../errors.js'
import type { Marker, Operand } from './marker.js'

const variables = [
  'os_name',
  'sys_platform',
  'platform_machine',
  'platform_python_implementation',
  'platform_release',
  'platform_system',
  'platform_version',
  'python_version',
  'python_full_version',
  'implementation_name',
  'implementation_version',
  'extra',
  // PEP 751
  'extras',
  'dependency_groups',
]

/** Names that older files have. */
const formerNames: Readonly<Record<string, string>> = {
  'os.name': 'os_name',
  'sys.platform': 'sys_platform',
  'platform.version': 'platform_version',
  'platform.machine': 'platform_machine',
  'platform.python_implementation': 'platform_python_implementation',
  python_implementation: 'platform_python_implementation',
}

// `(`, `>=`, `"3.11"`, `'x'`, `not in`, `python_version`, `sys.platform`
const token = /\s*(?:([()])|(===|~=|[=!<>]=|<|>)|"([^"]*)"|'([^']*)'|(not\s+in\b|[a-z_.]+))/y

type Token =
  | { readonly kind: 'bracket' | 'operator' | 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }

/** Reads a PEP 508 marker. Throws a VenvoyError that shows where it stops making sense. */
export function parseMarker(text: string, where?: string): Marker {
  const parser = new Parser(text, where)
  const marker = parser.alternatives()
  if (!parser.isAtEnd) throw parser.unexpected('`and`, `or`, or the end')
  return marker
}

class Parser {
  readonly #text: string
  readonly #where: string | undefined
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string, where: string | undefined) {
    this.#text = text
    this.#where = where
    this.#tokens = [...this.#split()]
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  alternatives(): Marker {
    const parts = [this.#conjunction()]
    while (this.#take('word', 'or')) parts.push(this.#conjunction())
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts }
  }

  #conjunction(): Marker {
    const parts = [this.#single()]
    while (this.#take('word', 'and')) parts.push(this.#single())
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts }
  }

  #single(): Marker {
    if (!this.#take('bracket', '(')) return this.#comparison()
    const inner = this.alternatives()
    if (!this.#take('bracket', ')')) throw this.unexpected('`)`')
    return inner
  }

  #comparison(): Marker {
    const left = this.#operand()
    const operator = this.#operator()
    return { kind: 'compare', left, operator, right: this.#operand() }
  }

  #operand(): Operand {
    const next = this.#tokens[this.#at]
    const name = next?.kind === 'word' ? (formerNames[next.text] ?? next.text) : undefined
    if (next?.kind !== 'text' && !(name !== undefined && variables.includes(name)))
      throw this.unexpected('a variable or a quoted text')
    this.#at++
    return name === undefined ? { kind: 'text', text: next!.text } : { kind: 'variable', text: name }
  }

  #operator(): string {
    const next = this.#tokens[this.#at]
    // `not   in` → `not in`
    const text = next?.text.replace(/\s+/, ' ')
    const isOperator = next?.kind === 'operator' || (next?.kind === 'word' && (text === 'in' || text === 'not in'))
    if (!isOperator) throw this.unexpected('a comparison')
    this.#at++
    return text!
  }

  #take(kind: Token['kind'], text: string): boolean {
    const next = this.#tokens[this.#at]
    if (next?.kind !== kind || next.text !== text) return false
    this.#at++
    return true
  }

  *#split(): Generator<Token> {
    const pattern = new RegExp(token)
    while (this.#text.slice(pattern.lastIndex).trim() !== '') {
      const at = pattern.lastIndex
      const match = pattern.exec(this.#text)
      if (match === null) throw this.#fault(`\`${this.#text.slice(at).trim()}\` is no part of a marker`)
      const [, bracket, operator, double, single, word] = match
      if (bracket !== undefined) yield { kind: 'bracket', text: bracket, at }
      else if (operator !== undefined) yield { kind: 'operator', text: operator, at }
      else if (word !== undefined) yield { kind: 'word', text: word, at }
      else yield { kind: 'text', text: double ?? single ?? '', at }
    }
  }

  unexpected(wanted: string): VenvoyError {
    const next = this.#tokens[this.#at]
    return this.#fault(
      next === undefined
        ? `it ends where ${wanted} should be`
        : `\`${this.#text.slice(next.at).trim()}\` stands where ${wanted} should be`,
    )
  }

  #fault(why: string): VenvoyError {
    return new VenvoyError({
      kind: 'config',
      ...(this.#where !== undefined && { where: this.#where }),
      what: `not a marker: ${this.#text.trim()}`,
      why: [why],
    })
  }
}
