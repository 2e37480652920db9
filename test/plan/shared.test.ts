import { describe, expect, it } from 'vitest'
import type { Tree, TreeEntry } from '../../src/operations/tree.js'
import { described } from './described.js'
import { factsOf, releaseReceiptOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '1', 'media/cat.jpg': '2' })
const plan = (shared: readonly string[], of: Tree = tree, facts = factsOf(serving(tree))) =>
  planDeploy(specOf({ shared }), facts, of, requirementsOf(), 'ann@laptop')

describe('shared files', () => {
  it('are told, and make a release of the same tree where they are others', () => {
    const made = plan(['media/', 'db.sqlite3'])
    expect(described(made).slice(3, 7)).toEqual([
      '  + make release 8: main (3f2a91c)',
      '      other files are shared',
      '      2 files in ~/apps/blog-staging',
      '      shared by all releases: media/, db.sqlite3',
    ])
    expect(made.prepare[1]).toMatchObject({ input: { shared: ['media/', 'db.sqlite3'] } })
  })

  it('are no reason for a release where they are the same', () => {
    const current = releaseReceiptOf(tree, { shared: ['media/'] })
    expect(described(plan(['media/'], tree, factsOf(serving(tree, { current }))))).toEqual([
      'staging on web1: nothing to do',
    ])
  })

  const link: TreeEntry = { kind: 'link', path: 'out', target: 'media' }
  it.each<[string, string, Tree, string, string]>([
    ['a folder where a file is wanted', 'media', tree, 'media of main (3f2a91c) is a folder', 'shared as a file'],
    ['a file where a folder is wanted', 'app.py/', tree, 'app.py of main (3f2a91c) is a file', 'shared as a folder'],
    ['a file on the way', 'app.py/x', tree, 'app.py of main (3f2a91c) is a file', 'app.py/x cannot be in it'],
    ['a link', 'out/', { ...tree, entries: [link] }, 'out of main (3f2a91c) is a link', 'shared as a folder'],
    [
      'a link on the way',
      'out/x/',
      { ...tree, entries: [link] },
      'out of main (3f2a91c) is a link',
      'out/x/ cannot be',
    ],
  ])('are refused where the tree has %s', (_, path, of, what, why) => {
    expect(() => plan([path], of)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ what, why: [expect.stringContaining(why)], where: 'staging on web1' }),
      }),
    )
  })
})
