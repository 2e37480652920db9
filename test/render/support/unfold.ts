import type { Target } from '../../../src/events.js'
import type { Block } from '../../../src/render/fold.js'

/** A series in a list of names: `web[1-3,7]`, and what stands around it. */
const series = /^([^[]*)\[([\d,-]+)\](.*)$/

/** The names that a list in short stands for, sorted. */
export function unfoldedNames(text: string): string[] {
  return text.split(', ').flatMap(expanded).sort()
}

function expanded(name: string): string[] {
  const [, before = '', ranges = '', behind = ''] = series.exec(name) ?? []
  if (ranges === '') return [name]
  const numbers = ranges.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-')
    const count = Number(BigInt(last) - BigInt(first)) + 1
    return Array.from({ length: count }, (_, at) => String(BigInt(first) + BigInt(at)).padStart(first.length, '0'))
  })
  return numbers.flatMap((number) => expanded(behind).map((rest) => before + number + rest))
}

/** What a target printed, by what a block says: its own words for the placeholders, its own line where they differ. */
export function unfoldedLines(
  { lines, isMasked }: Block,
  target: Target,
  words: ReadonlyMap<string, string>,
): string[] {
  const own = new Map([...words].map(([word, name]) => [name, word]))
  return lines.map((line) => {
    const text = typeof line === 'string' ? line : line.find(({ targets }) => targets.includes(target))!.text
    return isMasked ? text.replace(/\{[a-z.]+\}/g, (name) => own.get(name) ?? name) : text
  })
}
