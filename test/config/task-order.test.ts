import { describe, expect, it } from 'vitest'
import { needOf, type WrittenNeed } from '../../src/config/needs.js'
import { paramSpec } from '../../src/config/params.js'
import { checked } from '../../src/config/task-call.js'
import { assertNeeds, inOrder, type Needing } from '../../src/config/task-order.js'

const task = (name: string, ...needs: WrittenNeed[]): Needing => {
  return { name, needs: needs.map(needOf), params: [], where: 'deploy.yml' }
}
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
  task('once', { task: 'e', with: { n: 2 } }, { task: 'e', with: { n: '2' } }, 'e', { task: 'e', with: { n: 1 } }),
  {
    ...task(
      'passes',
      { task: 'told', with: { version: '{{ params.v }}-rc' } },
      { task: 'e', with: { n: '{{ params.n }}' } },
    ),
    params: [paramSpec('v', { required: true }), paramSpec('n', { type: 'number' })],
  },
  task('passesOn', { task: 'passes', with: { v: 'x', n: 7 } }, { task: 'passes', with: { v: 'y' } }),
  task('wrong', { task: 'told', with: { versoin: 'x', version: 1.4 } }),
  task('strange', { task: 'told', with: { version: '{{ params.v }}' } }),
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
    [['once'], ['e 2', 'e 1', 'once']],
    [['passesOn'], ['told x-rc', 'e 7', 'passes x 7', 'told y-rc', 'e 1', 'passes y', 'passesOn']],
  ])('of %j is %j', (calls, expected) => {
    expect(order(...calls)).toEqual(expected)
  })

  it.each([
    ['x', 'deploy.yml: needs: goes in a circle: y → z → y'],
    ['self', 'deploy.yml: needs: goes in a circle: self → self'],
    [
      'tells',
      'deploy.yml: needs: told cannot be needed so\n  told must be told version (with: { version: … })\n  try: venvoy run told --version TEXT',
    ],
    [
      'wrong',
      `deploy.yml: needs: told cannot be needed so
  with.versoin: told has no parameter versoin (did you mean version?)
  with.version: should be text, not 1.4 (write it in quotes: "1.4")
  try: venvoy run told --version TEXT`,
    ],
    [
      'strange',
      `deploy.yml: needs: told cannot be needed so
  with.version: {{ params.v }} is not known here (there are none)
  try: venvoy run told --version TEXT`,
    ],
  ])('is refused for %s', (name, said) => {
    expect(() => order(name)).toThrow(expect.objectContaining({ message: said }))
    expect(() => assertNeeds(find(name), find)).toThrow(expect.objectContaining({ message: said }))
  })

  it('is sound whatever a task will be told', () => {
    expect(() => assertNeeds(find('passes'), find)).not.toThrow()
  })
})
