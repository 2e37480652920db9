import { describe, expect, it } from 'vitest'
import type { Target } from '../../src/events.js'
import { createPaint } from '../../src/render/color.js'
import { fold, type Printed } from '../../src/render/fold.js'
import { blockLines } from '../../src/render/fold-text.js'
import { maskOwn } from '../../src/render/own-words.js'
import { unfoldedLines } from './support/unfold.js'

const wordsOf = ({ host }: Target) => new Map([[host, '{host}']])

/** What each host printed. */
function printed(texts: Readonly<Record<string, string>>): Printed[] {
  return Object.entries(texts).map(([host, text]) => ({
    ...{ target: { host }, lines: text.split('\n') },
    mask: maskOwn(wordsOf({ host })),
  }))
}

const each = (count: number, text: (at: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`web${at + 1}`, text(at + 1)]))

function folded(texts: Readonly<Record<string, string>>): string {
  const line = ({ host }: Target, text: string) => `${host} | ${text}`
  const about = { title: 'uptime', stream: 'stdout', paint: createPaint(false), line } as const
  return fold(printed(texts))
    .flatMap((block) => blockLines(block, about))
    .join('\n')
}

const cases: readonly (readonly [what: string, texts: Record<string, string>, text: string])[] = [
  ['the same of all', each(40, () => 'a\n\nb'), 'web[1-40] (40 hosts): uptime\n  a\n\n  b'],
  ['what is alone, as lines of its own', { web1: 'a\nb', db1: 'c' }, 'web1 | a\nweb1 | b\ndb1 | c'],
  [
    'groups in the order of their first host',
    { db1: 'b', web1: 'a', db2: 'b', web2: 'a', x: 'c' },
    'db1, db2 (2 hosts): uptime\n  b\nweb1, web2 (2 hosts): uptime\n  a\nx | c',
  ],
  [
    'what differs in the own name only',
    each(5, (at) => `I am web${at}.`),
    'web[1-5] (5 hosts): uptime\n  I am {host}.',
  ],
  [
    'the name of one of them in all, which is not own to the others',
    each(4, () => 'web2 is down'),
    'web[1-4] (4 hosts): uptime\n  web2 is down',
  ],
  [
    'a list of all beside the own name',
    each(4, (at) => `hosts: web1 web2 web3 web4\nself: web${at}`),
    'web[1-4] (4 hosts): uptime\n  hosts: web1 web2 web3 web4\n  self: {host}',
  ],
  [
    'a placeholder that was printed',
    { web1: '{host} x', web2: 'web2 x', web3: 'web3 x' },
    'web1 | {host} x\nweb2, web3 (2 hosts): uptime\n  {host} x',
  ],
  [
    'one line of three that differs',
    each(5, (at) => `Debian\n${at < 4 ? 12 : 11}\nstable`),
    'web[1-5] (5 hosts): uptime\n  Debian\n  web4, web5       | 11\n  web1, web2, web3 | 12\n  stable',
  ],
  [
    'one line that differs everywhere, beside own names',
    each(3, (at) => `web${at}\nload ${at}\nup`),
    'web1, web2, web3 (3 hosts): uptime\n  {host}\n  web1 | load 1\n  web2 | load 2\n  web3 | load 3\n  up',
  ],
  [
    'most of many by their number',
    Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name.repeat(6), `x\n${name === 'a' ? 1 : 2}\ny`]),
    ),
    'aaaaaa, bbbbbb, cccccc, dddddd, eeeeee, ffffff, gggggg (7 hosts): uptime\n  x\n  aaaaaa      | 1\n  the other 6 | 2\n  y',
  ],
  ['too little in common', { a: 'x\n1', b: 'x\n2' }, 'a | x\na | 1\nb | x\nb | 2'],
  ['more lines in one', { a: 'x\ny\nz\n', b: 'x\ny\nz' }, 'a | x\na | y\na | z\na | \nb | x\nb | y\nb | z'],
]

describe('folding', () => {
  it.each(cases)('shows %s', (_, texts, text) => {
    expect(folded(texts)).toBe(text)
  })

  it('says on which stream it was, of which step, of what', () => {
    const about = { title: `a ${'long '.repeat(20)}title`, stream: 'stderr', paint: createPaint(false) } as const
    const outputs = printed({ a: 'x', b: 'x' }).map((each) => ({
      ...each,
      target: { ...each.target, instance: 'shop' },
    }))
    const [block] = fold(outputs)
    expect(blockLines(block!, { ...about, line: () => '' })).toEqual([
      'shop@a, shop@b (2 instances), stderr: a long long long long long long long long long long long lo…',
      '  x',
    ])
  })

  it('loses nothing, whatever is printed', () => {
    const random = randomNumbers(7)
    for (let round = 0; round < 300; round += 1) {
      const texts = each(2 + random(12), (at) => {
        const words = ['a', 'b', `web${at}`, 'web1', '{host}', '', `${random(3)}`, '\tc ']
        return Array.from(
          { length: 1 + random(7) },
          (_, line) => words[random(4) === 0 ? random(words.length) : line],
        ).join('\n')
      })
      const outputs = printed(texts)
      const blocks = fold(outputs)
      const shown = blocks.flatMap((block) =>
        block.targets.map((target) => [target.host, unfoldedLines(block, target, wordsOf(target)).join('\n')]),
      )
      expect(shown).toHaveLength(outputs.length)
      expect(Object.fromEntries(shown)).toEqual(texts)
    }
  })
})

/** Whole numbers from 0 below a limit, the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}
