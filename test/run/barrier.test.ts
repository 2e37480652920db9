import { describe, expect, it } from 'vitest'
import { Barrier } from '../../src/run/barrier.js'

describe('the barrier', () => {
  it.each<[string, number, string, string | undefined]>([
    ['lets all go on when all are ready', 1, '+a +b +c', undefined],
    ['lets none go on when one is missing', 1, '+a -b', 'b'],
    ['names the first that is missing', 2, '-c +a -b', 'c'],
    ['lets the others go on when fewer are missing than are too many', 2, '+a -b +c', undefined],
    ['counts a host once', 2, '-b -b +a +c', undefined],
    ['takes the first word of a host', 1, '+a -a +b +c', undefined],
  ])('%s', async (_, limit, arrivals, missing) => {
    const barrier = new Barrier(['a', 'b', 'c'], limit)
    for (const [sign, host] of arrivals.split(' ').map((each) => [...each])) barrier.arrive(host!, sign === '+')
    expect(await barrier.missing()).toBe(missing)
  })
})
