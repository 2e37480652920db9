import type { Comparison, Condition } from './condition.js'

/** What is wrong with a condition, and the part of its text that is meant. */
export interface Mistake {
  readonly message: string
  readonly hint?: string
  readonly start: number
  readonly end: number
}

/** What a name stands for, or what is wrong with it. */
export type LookUp = (name: string) => Condition | { readonly message: string; readonly hint?: string }

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end'
  readonly text: string
  readonly start: number
  readonly end: number
}

// `results.up.code`   `3.5`   `"yes"`   `'no'`   `<=`   `[`
const tokenPattern =
  /\s*(?:([A-Za-z_]\w*(?:\.[A-Za-z_][\w-]*)*)|(-?\d+(?:\.\d+)?)|("[^"]*"|'[^']*')|(==|!=|<=|>=|[<>[\](),]))/y

const orders: readonly string[] = ['==', '!=', '<', '<=', '>', '>=']

/**
 * Reads `instance == "production" and not (results.up.ok or port in [80, 443])`. Words bind as in Python: `or` least, then `and`,
 * `not`, comparisons. There are no functions.
 */
export function parseCondition(text: string, lookUp: LookUp): Condition | Mistake {
  try {
    return new Parser(tokensOf(text), lookUp).run()
  } catch (error) {
    if (error instanceof Wrong) return error.mistake
    throw error
  }
}

export const isMistake = (read: Condition | Mistake): read is Mistake => 'message' in read

class Wrong extends Error {
  constructor(readonly mistake: Mistake) {
    super(mistake.message)
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (text.slice(at).trim() !== '') {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(text)
    if (match === null) throw new Wrong(strange(text, at))
    const [all, name, number, quoted, sign] = match
    const word = name ?? number ?? quoted ?? sign!
    const kind = name !== undefined ? 'name' : number !== undefined ? 'number' : quoted !== undefined ? 'text' : 'sign'
    at += all.length
    tokens.push({ kind, text: word, start: at - word.length, end: at })
  }
  return [...tokens, { kind: 'end', text: '', start: text.trimEnd().length, end: text.trimEnd().length }]
}

function strange(text: string, from: number): Mistake {
  const start = from + text.slice(from).search(/\S/)
  const [word] = /^(?:\{\{|&&|\|\||.)/s.exec(text.slice(start))!
  const hints: Readonly<Record<string, string>> = {
    '{{': 'names stand without braces here',
    '&&': 'write and',
    '||': 'write or',
    '!': 'write not',
    '=': 'write ==',
  }
  const hint = hints[word]
  return {
    message: /["']/.test(word) ? 'a text without its closing quote' : `${word} is not known in a condition`,
    ...(hint !== undefined && { hint }),
    start,
    end: start + word.length,
  }
}

class Parser {
  #at = 0
  readonly #tokens: readonly Token[]
  readonly #lookUp: LookUp

  constructor(tokens: readonly Token[], lookUp: LookUp) {
    this.#tokens = tokens
    this.#lookUp = lookUp
  }

  run(): Condition {
    const condition = this.#or()
    if (this.#next.kind === 'end') return condition
    const isCall = this.#next.text === '('
    throw this.#wrong(
      this.#next,
      isCall ? 'there are no functions in a condition' : `${this.#next.text} is one too many`,
    )
  }

  get #next(): Token {
    return this.#tokens[this.#at]!
  }

  #takes(word: string): boolean {
    const { kind, text } = this.#next
    if (kind === 'text' || text !== word) return false
    this.#at++
    return true
  }

  #or(): Condition {
    let left = this.#and()
    while (this.#takes('or')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  #and(): Condition {
    let left = this.#not()
    while (this.#takes('and')) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): Condition {
    return this.#takes('not') ? { kind: 'not', of: this.#not() } : this.#comparison()
  }

  #comparison(): Condition {
    const left = this.#operand()
    const how = this.#how()
    return how === undefined ? left : { kind: 'compare', how, left, right: this.#operand() }
  }

  #how(): Comparison | undefined {
    const { kind, text } = this.#next
    if (kind === 'sign' && orders.includes(text)) {
      this.#at++
      return text as Comparison
    }
    if (this.#takes('in')) return 'in'
    if (!this.#takes('not')) return undefined
    if (!this.#takes('in')) throw this.#wrong(this.#next, 'in is missing behind not')
    return 'not in'
  }

  #operand(): Condition {
    const token = this.#next
    if (this.#takes('(')) {
      const inner = this.#or()
      if (!this.#takes(')')) throw this.#wrong(token, 'this bracket is not closed')
      return inner
    }
    if (this.#takes('[')) return this.#list(token)
    this.#at++
    if (token.kind === 'number') return { kind: 'value', value: Number(token.text) }
    if (token.kind === 'text') return { kind: 'value', value: token.text.slice(1, -1) }
    if (token.kind === 'name') return this.#name(token)
    throw this.#wrong(
      token,
      token.kind === 'end' ? 'something is missing at the end' : `a value is missing before ${token.text}`,
    )
  }

  #list(opening: Token): Condition {
    const items: Condition[] = []
    while (!this.#takes(']')) {
      if (items.length > 0 && !this.#takes(',')) throw this.#wrong(opening, 'this list is not closed')
      items.push(this.#operand())
    }
    return { kind: 'list', items }
  }

  #name(token: Token): Condition {
    if (/^(true|false)$/.test(token.text)) return { kind: 'value', value: token.text === 'true' }
    if (token.text === 'null') return { kind: 'value', value: null }
    if (/^(and|or|not|in)$/.test(token.text)) throw this.#wrong(token, `a value is missing before ${token.text}`)
    if (this.#next.text === '(') throw this.#wrong(token, 'there are no functions in a condition')
    const found = this.#lookUp(token.text)
    if ('message' in found) throw new Wrong({ ...found, start: token.start, end: token.end })
    return found
  }

  #wrong({ start, end }: Token, message: string): Wrong {
    return new Wrong({ message, start, end })
  }
}
