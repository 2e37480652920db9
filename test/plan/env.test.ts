import { describe, expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import { keyedDigest } from '../../src/operations/keyed-digest.js'
import { unknownSecrets } from '../../src/operations/release-env.js'
import { path, secret } from '../../src/shell/command.js'
import { described } from './described.js'
import { factsOf, releaseReceiptOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '1' })
const salt = 'f3b1c2'

/** The plan where a release serves that was made with this env. */
function plan(env: InstanceSpec['env'], before?: Readonly<Record<string, string>>) {
  const digests = Object.entries(before ?? {}).map(([name, value]) => [name, keyedDigest(salt, name, value)])
  const receipt = releaseReceiptOf(tree, before && { env: Object.fromEntries(digests) })
  const state = serving(tree, { current: receipt, ...(before && { salt }) })
  return planDeploy(specOf({ env }), factsOf(state, { interpreters: [] }), tree, requirementsOf(), 'ann@laptop')
}

const key = (value: string) => secret('BLOG_KEY', value)

describe('the env in a plan', () => {
  it('is told by names, without values, and makes a release where it differs', () => {
    const before = { MODE: 'live', SECRET_KEY: 'hunter2', OLD: '1', SAME: 'x', HOME_OF: '~/a' }
    const env = {
      MODE: 'test',
      SECRET_KEY: key('hunter3'),
      NEW: '1',
      TOKEN: key('s3'),
      SAME: 'x',
      HOME_OF: path('~/a'),
    }
    const made = plan(env, before)
    expect(described(made).slice(3)).toEqual([
      '  + make release 8: main (3f2a91c)',
      '      the same files as release 7, with another env',
      '      1 file in ~/apps/blog-staging',
      '      ~ env MODE',
      '      + env NEW',
      '      - env OLD',
      '      ~ env SECRET_KEY (a secret)',
      '      + env TOKEN (a secret)',
      '  ~ switch to release 8',
      '      from release 7',
    ])
    expect(made.prepare.at(-1)).toMatchObject({
      input: {
        env: { ...{ MODE: 'test', SECRET_KEY: 'hunter3', NEW: '1' }, ...{ TOKEN: 's3', SAME: 'x', HOME_OF: '~/a' } },
      },
    })
  })

  it.each([
    ['it is the same', { MODE: 'live', KEY: key('hunter2') }, { MODE: 'live', KEY: 'hunter2' }],
    ['nobody has fetched its secrets', { KEY: key('') }, { KEY: 'hunter2' }],
    ['the release that serves has told nothing of its env', { MODE: 'live' }, undefined],
  ])('is no reason for a release where %s', (_, env, before) => {
    expect(described(plan(env, before))).toEqual(['staging on web1: nothing to do'])
  })

  it('has secrets that cannot be compared', () => {
    expect(unknownSecrets({ env: { A: key(''), B: key('x'), C: '' } })).toEqual(['A'])
  })
})
