import { describe, expect, it } from 'vitest'
import type { TemplateSpec } from '../../src/config/template-spec.js'
import { keyedDigest } from '../../src/operations/keyed-digest.js'
import { secret } from '../../src/shell/command.js'
import { described } from './described.js'
import { factsOf, releaseReceiptOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '1', 'conf/b.ini': '2' })
const salt = 'f3b1c2'
const ini = (text: string, changes: Partial<TemplateSpec> = {}): TemplateSpec => ({
  path: 'a.ini',
  text: [text],
  ...changes,
})
const withKey = (value: string): TemplateSpec => ({ path: 'key.ini', text: ['key = ', secret('KEY', value)] })

/** The plan where a release serves that was made with such values. */
function plan(templates: readonly TemplateSpec[], before: Readonly<Record<string, string>> = {}) {
  const digests = Object.entries(before).map(([path, value]) => [path, keyedDigest(salt, path, value)])
  const current = releaseReceiptOf(tree, { templates: Object.fromEntries(digests) })
  const state = serving(tree, { current, salt })
  return planDeploy(specOf({ templates }), factsOf(state, { interpreters: [] }), tree, requirementsOf(), 'ann@laptop')
}

describe('templates of a release', () => {
  it('are told by their paths, and make a release where they differ', () => {
    const made = plan([ini('port = 1\n'), withKey('hunter2'), { path: 'new.ini', text: [], mode: '0640' }], {
      ...{ 'a.ini': '644 port = 2\n', 'key.ini': '600 key = hunter1', 'old.ini': '644 x' },
    })
    expect(described(made).slice(3, 10)).toEqual([
      '  + make release 8: main (3f2a91c)',
      '      the same files as release 7, with other templates',
      '      2 files in ~/apps/blog-staging',
      '      ~ template a.ini',
      '      ~ template key.ini (a secret)',
      '      + template new.ini',
      '      - template old.ini',
    ])
    expect(made.prepare.at(-1)).toMatchObject({
      input: {
        templates: [
          { path: 'a.ini', text: 'port = 1\n', mode: 0o644 },
          { path: 'key.ini', text: 'key = hunter2', mode: 0o600 },
          { path: 'new.ini', text: '', mode: 0o640 },
        ],
      },
    })
  })

  it.each([
    ['are the same', [ini('x'), withKey('hunter2')], { 'a.ini': '644 x', 'key.ini': '600 key = hunter2' }],
    ['hold a secret that nobody has fetched', [withKey('')], { 'key.ini': '600 key = hunter2' }],
    ['are none', [], {}],
  ])('are no reason for a release where they %s', (_, templates, before) => {
    expect(described(plan(templates, before))).toEqual(['staging on web1: nothing to do'])
  })

  it('count with their modes', () => {
    expect(described(plan([ini('x', { mode: '600' })], { 'a.ini': '644 x' }))).toContain('      ~ template a.ini')
  })

  it.each([
    ['conf', 'conf of main (3f2a91c) is a folder'],
    ['app.py/a.ini', 'app.py of main (3f2a91c) is a file'],
  ])('are refused at %s, where the tree has something else', (path, what) => {
    expect(() => plan([ini('x', { path })])).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ what }) }),
    )
  })
})
