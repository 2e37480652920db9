import { describe, expect, it } from 'vitest'
import { isInShard } from '../../src/config/in-shard.js'
import { parseShard, type Shard } from '../../src/config/shard.js'

const names = (count: number) => Array.from({ length: count }, (_, i) => `web${i + 1}`)
const parts = (of: number): Shard[] => Array.from({ length: of }, (_, i) => ({ number: i + 1, of }))

describe('a part', () => {
  it.each([
    ['1/1', { number: 1, of: 1 }],
    ['3/8', { number: 3, of: 8 }],
    ['8/8', { number: 8, of: 8 }],
    ['12/100', { number: 12, of: 100 }],
    ['9/8', undefined],
    ['0/8', undefined],
    ['3', undefined],
    ['3/', undefined],
    ['-1/8', undefined],
    ['1.5/8', undefined],
    ['/8', undefined],
  ])('is read: %s', (text, shard) => {
    expect(parseShard(text)).toEqual(shard)
  })

  it.each([1, 2, 3, 8, 50])('of %i: each name is in exactly one', (of) => {
    for (const name of names(300)) expect(parts(of).filter((shard) => isInShard(shard, name))).toHaveLength(1)
  })

  it('has about as many names as the others', () => {
    const sizes = parts(8).map((shard) => names(1000).filter((name) => isInShard(shard, name)).length)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1000)
    for (const size of sizes) expect(Math.abs(size - 125)).toBeLessThan(30)
  })

  it('is the same for ever: another version of venvoy may be at work in another job', () => {
    const ofEach = parts(3).map((shard) => names(9).filter((name) => isInShard(shard, name)))
    expect(ofEach).toEqual([[], ['web3', 'web4', 'web8'], ['web1', 'web2', 'web5', 'web6', 'web7', 'web9']])
  })
})
