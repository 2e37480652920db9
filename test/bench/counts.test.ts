import { describe, expect, it } from 'vitest'

// A script of its own, so without types.
const { compareCounts, describeCounts } = await import(new URL('../../bench/counts.mjs', import.meta.url).href)

const verdict = (kind: string, recorded: number | undefined, now: number): string =>
  compareCounts({ [kind]: recorded === undefined ? {} : { it: recorded } }, { [kind]: { it: now } })[0].verdict

describe('a count beside what is recorded', () => {
  it.each([
    { kind: 'round trips', recorded: 5, now: 5, is: 'same' },
    { kind: 'round trips', recorded: 5, now: 6, is: 'more' },
    { kind: 'round trips', recorded: 5, now: 4, is: 'fewer' },
    { kind: 'modules', recorded: 50, now: 52, is: 'same' },
    { kind: 'modules', recorded: 9, now: 10, is: 'more' },
    { kind: 'bytes', recorded: 10_000, now: 10_600, is: 'same' },
    { kind: 'bytes', recorded: 10_000, now: 11_000, is: 'more' },
    { kind: 'processes', recorded: 60, now: 64, is: 'same' },
    { kind: 'processes', recorded: 60, now: 65, is: 'more' },
    { kind: 'processes', recorded: 5, now: 7, is: 'more' },
    { kind: 'a kind of tomorrow', recorded: 5, now: 6, is: 'more' },
    { kind: 'bytes', recorded: undefined, now: 1, is: 'new' },
  ])('$kind: $recorded, now $now: $is', ({ kind, recorded, now, is }) => {
    expect(verdict(kind, recorded, now)).toBe(is)
  })

  it('is gone where its kind was counted, and not asked for where that could not be counted at all', () => {
    const recorded = { modules: { list: 47 }, processes: { '`true`': 5 } }
    expect(compareCounts(recorded, { modules: {} })).toEqual([
      { kind: 'modules', name: 'list', recorded: 47, verdict: 'gone' },
    ])
  })
})

it('says each count, what was recorded where that differs, and what to do', () => {
  const recorded = { modules: { list: 47, '--version': 7, demo: 3 } }
  expect(describeCounts(compareCounts(recorded, { modules: { list: 51, '--version': 7, check: 9 } }))).toBe(
    `modules: list       51 (recorded: 47): more
modules: --version  7
modules: check      9 (recorded: nothing): new
modules: demo       not counted (recorded: 3): gone
if that is meant: npm run bench -- --check --update, and say why in the commit
`,
  )
  expect(describeCounts(compareCounts(recorded, recorded))).toMatch(/\nas recorded\n$/)
})
