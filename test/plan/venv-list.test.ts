import { expect, it } from 'vitest'
import type { InstanceFacts, VenvListing } from '../../src/facts/facts.js'
import { listColumns, listQuestion, listVenvs } from '../../src/plan/venv-list.js'
import { factsOf, serving, specOf, treeOf, venvOf } from './given.js'

const tree = treeOf({ 'app.py': '1' })
const home = '/home/ann/.virtualenvs'
const link = '/home/ann/apps/blog-staging/current/venv'
const own: VenvListing = { name: 'blog-staging', home, link, version: '3.11.2', ours: true }

const problemsOf = (listing: VenvListing | undefined, state: Partial<InstanceFacts>) => {
  const rows = listVenvs('web1', factsOf(state, { venvs: listing ? [listing] : [] }), [specOf()])
  return rows.map((row) => `${row[1]} (${row[3]}): ${row[4]}`)
}

it('has a value for each column', () => {
  const [row] = listVenvs('web1', factsOf(serving(tree), { venvs: [own] }), [specOf()])
  expect(Object.fromEntries(listColumns.map((column, i) => [column, row?.[i]]))).toEqual({
    host: 'web1',
    venv: 'blog-staging',
    python: '3.11.2',
    'made by': 'venvoy',
    'leads to': link,
    problem: '',
  })
})

const { homeEntry: _, ...unlinked } = serving(tree)
const { link: __, ...folder } = own

it.each<[string, VenvListing | undefined, Partial<InstanceFacts>, string[]]>([
  ['a venv of somebody else', { name: 'own', home, ours: false }, {}, ['own (hand): ']],
  ['a link that was removed', undefined, unlinked, ['blog-staging (): the link for workon is gone']],
  ['a link that never was', undefined, {}, []],
  [
    'a venv of hand in its place',
    { ...folder, ours: false },
    serving(tree, { homeEntry: 'directory' }),
    ["blog-staging (hand): workon finds a folder of somebody's"],
  ],
  [
    'a folder that was deleted',
    { name: 'blog-staging', home, link, ours: false, problem: 'leads nowhere' },
    serving(tree),
    ['blog-staging (venvoy): leads nowhere'],
  ],
  [
    'a receipt that was deleted',
    { ...own, ours: false },
    serving(tree),
    ['blog-staging (venvoy): has no receipt any more'],
  ],
  [
    'an interpreter that is gone',
    { ...own, problem: 'its Python is gone' },
    serving(tree),
    ['blog-staging (venvoy): its Python is gone'],
  ],
  [
    'a file in its place',
    undefined,
    serving(tree, { homeEntry: 'file' }),
    ["blog-staging (): workon finds a file of somebody's"],
  ],
])('tells of %s', (_, listing, state, rows) => {
  expect(problemsOf(listing, state)).toEqual(rows)
})

it('asks for each WORKON_HOME once, and for the default where there is no instance', () => {
  const specs = [specOf(), specOf({ name: 'b' }), specOf({ name: 'c', venv: venvOf({ home: '~/Envs' }) })]
  expect(listQuestion(specs).venvHomes).toEqual(['~/.virtualenvs', '~/Envs'])
  expect(listQuestion([]).venvHomes).toEqual(['~/.virtualenvs'])
})
