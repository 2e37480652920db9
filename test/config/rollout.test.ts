import { describe, expect, it } from 'vitest'
import { type Amount, batchesOf, describeLimit, failureLimit, parseAmount } from '../../src/config/rollout.js'
import { read, withInstance } from './reading.js'

const hosts = (count: number) => Array.from({ length: count }, (_, i) => i)
const sizes = (count: number, serial?: readonly Amount[]) => batchesOf(hosts(count), serial).map(({ length }) => length)

describe('batches', () => {
  it.each<[number, readonly Amount[] | undefined, number[]]>([
    [5, undefined, [5]],
    [5, [], [5]],
    [5, [2], [2, 2, 1]],
    [12, [1, '25%'], [1, 3, 3, 3, 2]],
    [12, [1, 4, '100%'], [1, 4, 7]],
    [3, ['25%'], [1, 1, 1]],
    [10, ['25%'], [2, 2, 2, 2, 2]],
    [1, [5], [1]],
    [0, [5], []],
    [0, undefined, []],
  ])('of %d hosts by %j are %j', (count, serial, expected) => {
    expect(sizes(count, serial)).toEqual(expected)
  })

  it('keep the order', () => {
    expect(batchesOf(['a', 'b', 'c'], [2])).toEqual([['a', 'b'], ['c']])
  })
})

describe('the limit of failures', () => {
  it.each<[Amount, number, number, string]>([
    [2, 12, 2, '2'],
    ['25%', 12, 3, '25 % (3)'],
    ['25%', 10, 3, '25 % (3)'],
    ['10%', 3, 1, '10 % (1)'],
    ['100%', 3, 3, '100 % (3)'],
  ])('of %s among %d is %d', (amount, total, limit, text) => {
    expect([failureLimit(amount, total), describeLimit(amount, total)]).toEqual([limit, text])
  })
})

it.each([
  ['3', 3],
  ['25%', '25%'],
  ['100%', '100%'],
  ['0', undefined],
  ['0%', undefined],
  ['101%', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['', undefined],
])('%j on the command line is %j', (text, amount) => {
  expect(parseAmount(text)).toBe(amount)
})

describe('the file', () => {
  it('says how a deploy and a task get to their hosts; an instance over the top level', () => {
    const top = 'deploy: { serial: 2, max_failures: 25% }\ntasks: { a: { run: x, serial: [1, 25%] }, b: x }'
    const { instances, tasks } = read(withInstance('deploy: { max_failures: 3 }', top))
    expect(instances[0]?.rollout).toEqual({ serial: [2], maxFailures: 3 })
    expect(tasks.map(({ rollout }) => rollout)).toEqual([{ serial: [1, '25%'] }, undefined])
  })

  it('need not say it', () => {
    expect(read(withInstance('port: 1')).instances[0]).not.toHaveProperty('rollout')
  })
})
