import { describe, expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { stateOf } from '../../src/operations/state.js'
import type { Tree } from '../../src/operations/tree.js'
import { planBy } from '../../src/plan/procedure.js'
import { assertSaved, saveTarget } from '../../src/plan/saved.js'
import { secret } from '../../src/shell/command.js'
import { deploy } from '../../tasks/deploy.js'
import { factsOf, requirementsOf, serving, specOf, stepOf, treeOf, venvOf } from './given.js'

const tree = treeOf({ 'app.py': '2' })
const older = treeOf({ 'app.py': '1' }, 'v1.4.1 (aa11bb2)')

interface Made {
  readonly spec?: Partial<InstanceSpec>
  readonly facts?: HostFacts
  readonly of?: Tree
  readonly by?: string
  readonly run?: string
}

/** What is saved of a deploy. */
function saved({
  spec: changes,
  facts = factsOf(serving(older)),
  of = tree,
  by = 'ann@laptop',
  run = 'r1',
}: Made = {}) {
  const spec = specOf(changes)
  const plan = planBy(deploy, { spec, facts, tree: of, requirements: requirementsOf(), by, run })
  return saveTarget(plan, { state: stateOf(spec, facts), tree: of })
}

const token = (value: string) => ({ env: { MODE: 'live', TOKEN: secret('TOKEN', value) } })

describe('a saved plan', () => {
  it('is what people have read, and a digest', () => {
    const { digest, steps, ...rest } = saved()
    expect(rest).toEqual({
      ...{ host: 'web1', instance: 'staging', revision: 'main (3f2a91c)' },
      ...{ tree: tree.digest, generation: 7 },
    })
    expect(steps.map(({ title }) => title)).toEqual([
      '+ send files of main (3f2a91c)',
      '+ make release 8: main (3f2a91c)',
      '~ switch to release 8',
    ])
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is the same for whoever applies it, in another run, with the secrets of then', () => {
    const mine = saved({ spec: token('hunter2') })
    const theirs = saved({ spec: token(''), by: 'ci@runner', run: 'r2' })
    expect(theirs).toEqual(mine)
    expect(() => assertSaved(mine, theirs)).not.toThrow()
  })

  it('is the same whatever opens an index', () => {
    const index = (password: string) => ({ venv: venvOf({ index: `https://ann:${password}@index.example.com` }) })
    const plan = (password: string) => saved({ spec: index(password), facts: factsOf() })
    expect(plan('a').digest).toBe(plan('b').digest)
  })

  it.each<[string, Made, Made, string[]]>([
    [
      'somebody has deployed',
      {},
      { facts: factsOf(serving(older, { generation: 9 })) },
      ['it has been switched since: generation 7 is 9 by now'],
    ],
    [
      'the source gives other files',
      {},
      { of: treeOf({ 'app.py': '3' }) },
      ['the source gives other files for main (3f2a91c)'],
    ],
    [
      'it is done already',
      {},
      { facts: factsOf(serving(tree)) },
      [
        '- + send files of main (3f2a91c)',
        '- 1 file, 1 byte; only what the host lacks is sent',
        '- + make release 8: main (3f2a91c)',
        '- release 7 is v1.4.1 (aa11bb2)',
        '- 1 file in ~/apps/blog-staging',
        '- ~ switch to release 8',
        '- from release 7',
        '+ nothing to do',
      ],
    ],
    [
      'a command is another',
      { spec: { afterSwitch: [stepOf('tell a')] } },
      { spec: { afterSwitch: [stepOf('tell b')] } },
      ['- ~ tell a', '+ ~ tell b'],
    ],
    [
      'a value of the env is another',
      { spec: { env: { MODE: 'a' } } },
      { spec: { env: { MODE: 'b' } } },
      ['the steps read the same, but their commands or options are others: deploy.yml has changed'],
    ],
  ])('is refused where %s', (_, before, now, why) => {
    expect(() => assertSaved(saved(before), saved(now))).toThrow(
      expect.objectContaining({
        failure: {
          ...{ kind: 'difference', where: 'staging on web1', why },
          what: 'what was planned is not what would be done now',
          next: 'venvoy plan --out FILE, and look at it again',
        },
      }),
    )
  })
})
