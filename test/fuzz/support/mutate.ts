import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same seed. */
export class Dice {
  #state: number

  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readUInt32LE()
  }

  /** From 0 to `below` - 1. */
  roll(below: number): number {
    // The generator "mulberry32".
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)]!
  }
}

/** What readers of text trip over, whatever the text is. */
const sharp = [
  '\0',
  '\x1e',
  '\x1f',
  '\x1b[2J',
  '\r',
  '\r\n',
  '\n',
  '\t',
  '  ',
  '"',
  "'",
  '\\',
  '{{',
  '}}',
  '$(',
  '`',
  '#',
  ':',
  '-',
  '*',
  '&a',
  '!',
  '|',
  '[',
  '{',
  '=',
  '../',
  'é',
  '\u{1f600}',
  '\u2028',
  '\ud800',
  '__proto__',
  'constructor',
  '99999999999999999999',
  '-1',
  '1e309',
  'NaN',
  'null',
  '~',
]

type Mutation = (text: string, dice: Dice, others: readonly string[]) => string

const cut = (text: string, dice: Dice): [number, number] => {
  const from = dice.roll(text.length + 1)
  return [from, Math.min(text.length, from + dice.roll(dice.pick([2, 20, 200])))]
}
const insert = (text: string, at: number, more: string) => text.slice(0, at) + more + text.slice(at)

const mutations: readonly Mutation[] = [
  (text, dice) => insert(text, dice.roll(text.length + 1), dice.pick(sharp)),
  (text, dice) => {
    const at = dice.roll(text.length + 1)
    return text.slice(0, at) + String.fromCharCode(dice.roll(256)) + text.slice(at + 1)
  },
  (text, dice) => {
    const [from, to] = cut(text, dice)
    return text.slice(0, from) + text.slice(to)
  },
  (text, dice) => {
    const [from, to] = cut(text, dice)
    return insert(text, dice.roll(text.length + 1), text.slice(from, to))
  },
  (text, dice, others) => {
    const other = dice.pick(others)
    const [from, to] = cut(other, dice)
    return insert(text, dice.roll(text.length + 1), other.slice(from, to))
  },
  (text, dice) => {
    const [from, to] = cut(text, dice)
    return insert(text, from, text.slice(from, to).repeat(dice.pick([2, 10, 300])))
  },
  (text, dice) => text.slice(0, dice.roll(text.length + 1)),
  (text, dice) => {
    const lines = text.split('\n')
    const [one, two] = [dice.roll(lines.length), dice.roll(lines.length)]
    return lines.map((line, at) => (at === one ? lines[two] : at === two ? lines[one] : line)).join('\n')
  },
]

// The YAML library takes seconds for a hundred kilobytes of nothing but mistakes.
const longest = 20_000

/** A text with up to four changes, of which the next may go over the last. */
export function mutate(text: string, dice: Dice, others: readonly string[]): string {
  let mutated = text
  for (let changes = 1 + dice.roll(4); changes > 0; changes--) mutated = dice.pick(mutations)(mutated, dice, others)
  return mutated.slice(0, longest)
}
