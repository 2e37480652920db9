import { describe, expect, it } from 'vitest'
import { foldNames, someNames } from '../../src/render/names.js'
import { unfoldedNames } from './support/unfold.js'

const upTo = (count: number, name: (at: number) => string) => Array.from({ length: count }, (_, at) => name(at + 1))

const cases: readonly (readonly [what: string, names: readonly string[], folded: string])[] = [
  ['a few as they are', ['web1', 'web2', 'web3'], 'web1, web2, web3'],
  ['a run', ['web1', 'web2', 'web3', 'web4'], 'web[1-4]'],
  ['runs and single numbers, in whatever order they come', ['web12', 'web3', 'web1', 'web2', 'web5'], 'web[1-3,5,12]'],
  ['across the tens', upTo(12, (at) => `web${at}`), 'web[1-12]'],
  ['zeros in front', upTo(12, (at) => `node${String(at).padStart(2, '0')}`), 'node[01-12]'],
  ['zeros in front beside none', ['n1', 'n01', 'n02', 'n2', 'n10'], 'n[1-2], n[01-02,10]'],
  ['several kinds, in order of the first of each', ['web2', 'db1', 'web1', 'cache', 'web3'], 'web[1-3], db1, cache'],
  ['a number in the middle', upTo(4, (at) => `web${at}.example.com`), 'web[1-4].example.com'],
  ['addresses', upTo(4, (at) => `10.0.0.${at + 6}`), '10.0.0.[7-10]'],
  [
    'two numbers: the last one first',
    ['rack1-node1', 'rack1-node2', 'rack2-node1', 'rack2-node7'],
    'rack1-node[1-2], rack2-node[1,7]',
  ],
  ['every pair of two numbers', ['r1-n1', 'r1-n2', 'r2-n1', 'r2-n2'], 'r[1-2]-n[1-2]'],
  ['instances on hosts', upTo(4, (at) => `client-${at}@web1`), 'client-[1-4]@web1'],
  ['wide characters', upTo(5, (at) => `東京${at}`), '東京[1-5]'],
  ['names without numbers', ['a', 'b', 'c', 'd'], 'a, b, c, d'],
  ['a name twice', ['web1', 'web2', 'web1', 'web3', 'web4'], 'web[1-4]'],
  [
    'numbers larger than numbers are',
    ['n9007199254740993', 'n9007199254740994', 'a', 'b'],
    'n[9007199254740993-9007199254740994], a, b',
  ],
]

describe('names in short', () => {
  it.each(cases)('%s', (_, names, folded) => {
    expect(foldNames(names)).toBe(folded)
    expect(unfoldedNames(folded)).toEqual([...new Set(names)].sort())
  })

  it.each([
    [2, ['a1', 'a2', 'b', 'c', 'd'], 'a[1-2], b and 2 more'],
    [3, ['a1', 'a2', 'b', 'c', 'd'], 'a[1-2], b, c, d'],
    [1, ['a', 'b', 'c'], 'a and 2 more'],
  ] as const)('are cut behind %i', (most, names, said) => {
    expect(someNames(names, most)).toBe(said)
  })
})
