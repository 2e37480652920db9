import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { changedFiles } from '../../src/operations/changed-files.js'
import type { TreeEntry } from '../../src/operations/tree.js'
import { treeOf } from '../plan/given.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const madeOf = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([path, text]) => [path, `f ${sha256(text).slice(0, 12)}`]))

it.each<[string, Record<string, string>, Record<string, string>, string, string[]]>([
  ['nothing', { a: '1' }, { a: '1' }, '', []],
  ['one file', { a: '1' }, { a: '2' }, '1 file changed', ['~ a']],
  [
    'each kind',
    { a: '1', b: '1', c: '1', d: '1' },
    { a: '2', b: '2', c: '1', e: '1' },
    '2 files changed, 1 added, 1 removed',
    ['~ a', '~ b', '+ e', '- d'],
  ],
  ['what only comes', {}, { a: '1', b: '1' }, '2 files added', ['+ a', '+ b']],
  [
    'the first of many',
    { z: '1' },
    { a: '1', b: '1', c: '1', d: '1', e: '1', f: '1' },
    '6 files added, 1 removed',
    ['+ a', '+ b', '+ c', '+ d', '+ e', 'and 2 more'],
  ],
])('tells of %s', (_, was, is, counts, lines) => {
  expect(changedFiles(madeOf(was), treeOf(is))).toEqual({ counts, lines })
})

it('a link that leads elsewhere, and a file that can be executed by now, are changed', () => {
  const made = new Map([
    ['same', `l ${sha256('a').slice(0, 12)}`],
    ['latest', `l ${sha256('a').slice(0, 12)}`],
    ['run', `f ${sha256('x').slice(0, 12)}`],
  ])
  const entries: TreeEntry[] = [
    { kind: 'link', path: 'same', target: 'a' },
    { kind: 'link', path: 'latest', target: 'b' },
    { kind: 'file', path: 'run', executable: true, size: 1, digest: sha256('x') },
  ]
  expect(changedFiles(made, { ...treeOf({}), entries }).lines).toEqual(['~ latest', '~ run'])
})
