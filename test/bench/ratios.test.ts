import { describe, expect, it } from 'vitest'

// A script of its own, so without types.
const { amountRow, contestRow, ratioRow, spread } = await import(
  new URL('../../bench/ratios.mjs', import.meta.url).href
)

describe('the spread of a few values', () => {
  it.each([
    { values: [3], spread: { min: 3, median: 3, max: 3 } },
    { values: [3, 1, 2], spread: { min: 1, median: 2, max: 3 } },
    { values: [4, 1, 2, 100], spread: { min: 1, median: 3, max: 100 } },
    // Numbers, not texts: 10 comes after 9.
    { values: [10, 9, 11], spread: { min: 9, median: 10, max: 11 } },
  ])('of $values', (row) => {
    expect(spread(row.values)).toEqual(row.spread)
  })
})

const took = (...walls: readonly (readonly [round: number, wall: number])[]) =>
  new Map(walls.map(([round, wall]) => [round, { wall, cpu: wall / 10 }]))

describe('a contender', () => {
  const reference = { name: 'ssh', role: 'reference', together: 8000, measured: took([0, 100], [1, 200], [2, 400]) }

  it('is compared round by round, not by the medians of all', () => {
    const venvoy = {
      name: 'venvoy',
      role: 'venvoy',
      goal: 1,
      together: 70_000,
      measured: took([0, 90], [1, 190], [2, 500]),
    }
    expect(contestRow(venvoy, reference)).toEqual({
      name: 'venvoy',
      role: 'venvoy',
      together: 70_000,
      goal: 1,
      rounds: 3,
      wall: { min: 90, median: 190, max: 500 },
      cpu: { min: 9, median: 19, max: 50 },
      ratio: { min: 0.9, median: 0.95, max: 1.25 },
      isReached: true,
    })
  })

  it('that took part in some rounds is compared with the reference in these', () => {
    const peer = { name: 'peer', role: 'peer', together: 1, measured: took([0, 300], [2, 800]) }
    expect(contestRow(peer, reference).ratio).toEqual({ min: 2, median: 2.5, max: 3 })
  })

  it('misses its goal by the median, however good its best round was', () => {
    const venvoy = { name: 'venvoy', role: 'venvoy', goal: 1, measured: took([0, 50], [1, 210], [2, 410]) }
    expect(contestRow(venvoy, reference)).toMatchObject({ isReached: false })
  })

  it('that is the reference has no ratio, and one without a goal no verdict', () => {
    expect(Object.keys(contestRow(reference, reference))).toEqual([
      'name',
      'role',
      'together',
      'goal',
      'rounds',
      'wall',
      'cpu',
    ])
  })

  it('behind a proxy has what passed on the wire', () => {
    const far = new Map([
      [0, { wall: 1, cpu: 1, roundTrips: 5, bytesToHost: 10, bytesFromHost: 20 }],
      [1, { wall: 1, cpu: 1, roundTrips: 5, bytesToHost: 30, bytesFromHost: 20 }],
    ])
    const row = contestRow({ name: 'ssh', role: 'reference', measured: far }, { measured: far })
    expect(row).toMatchObject({ roundTrips: 5, bytesToHost: 20, bytesFromHost: 20 })
  })
})

it('figures by themselves are judged by their medians', () => {
  expect(ratioRow('wall', 'ms', [10, 30], [10, 10], 2)).toMatchObject({
    ratio: { min: 1, median: 2, max: 3 },
    isReached: true,
  })
  expect(amountRow('CPU', 'ms', [4, 6, 9], 5)).toMatchObject({
    venvoy: { median: 6 },
    isReached: false,
    isAmount: true,
  })
  expect(amountRow('CPU', 'ms', [4])).toMatchObject({ isReached: undefined })
})
