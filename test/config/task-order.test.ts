import { describe, expect, it } from 'vitest'
import { paramSpec } from '../../src/config/params.js'
import { checked } from '../../src/config/task-call.js'
import { inOrder, type Needing } from '../../src/config/task-order.js'

const task = (name: string, ...needs: string[]): Needing => ({ name, needs, params: [], where: 'deploy.yml' })
const tasks = [
  task('a'),
  task('b', 'a'),
  task('c', 'b', 'a'),
  task('d', 'e', 'c'),
  { ...task('e'), params: [paramSpec('n', { default: 1 })] },
  task('x', 'y'),
  task('y', 'z'),
  task('z', 'y'),
  task('self', 'self'),
  { ...task('told'), params: [paramSpec('version', { required: true })] },
  task('tells', 'told'),
]
const find = (name: string) => tasks.find((each) => each.name === name)!

/** `e`, `e 2`: tasks, each with what it is told. */
const order = (...calls: string[]) =>
  inOrder(
    calls.map((call) => {
      const [name = '', n] = call.split(' ')
      return { task: find(name), values: checked(find(name), n === undefined ? {} : { n: Number(n) }) }
    }),
    find,
  ).map(({ task: { name }, values }) => [name, ...Object.values(values)].join(' '))

describe('the order of tasks', () => {
  it.each([
    [
      ['a', 'e'],
      ['a', 'e 1'],
    ],
    [
      ['e', 'a'],
      ['e 1', 'a'],
    ],
    [['b'], ['a', 'b']],
    [['c'], ['a', 'b', 'c']],
    [['d'], ['e 1', 'a', 'b', 'c', 'd']],
    [
      ['b', 'a'],
      ['a', 'b'],
    ],
    [['a', 'a'], ['a']],
    [
      ['e 2', 'e 1', 'd'],
      ['e 2', 'e 1', 'a', 'b', 'c', 'd'],
    ],
    [
      ['e 2', 'd'],
      ['e 2', 'e 1', 'a', 'b', 'c', 'd'],
    ],
  ])('of %j is %j', (calls, expected) => {
    expect(order(...calls)).toEqual(expected)
  })

  it.each([
    ['x', 'deploy.yml: needs: goes in a circle: y → z → y'],
    ['self', 'deploy.yml: needs: goes in a circle: self → self'],
    [
      'tells',
      'deploy.yml: needs: told cannot be needed\n  told: --version is missing\n  try: give it a default, or run both: venvoy run told --version TEXT',
    ],
  ])('is refused for %s', (name, said) => {
    expect(() => order(name)).toThrow(expect.objectContaining({ message: said }))
  })
})
