import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { TreeEntry } from '../../src/operations/tree.js'
import { digestOf, makeTree } from '../../src/source/make-tree.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const file = (path: string, text = path, executable = false): TreeEntry => ({
  kind: 'file',
  path,
  executable,
  size: text.length,
  digest: sha256(text),
})
const link = (path: string, target: string): TreeEntry => ({ kind: 'link', path, target })
async function* pieces(digest: string) {
  yield* (digest === sha256('app.py') ? ['app', '.py'] : ['another text']).map((text) => Buffer.from(text))
}
const make = (...entries: TreeEntry[]) => makeTree('source .', { entries, pieces })

describe('makeTree', () => {
  it('sorts by the bytes of the paths', () => {
    const paths = ['b', '\u{1F600}', 'a/b', 'a.b', '\uFF5E', 'Z']
    expect(make(...paths.map((path) => file(path))).entries.map(({ path }) => path)).toEqual([
      'Z',
      'a.b',
      'a/b',
      'b',
      '\uFF5E',
      '\u{1F600}',
    ])
  })

  it('hashes what the docs say: letter, content, path, NUL', () => {
    const entries = [file('app.py'), link('latest', 'app.py'), file('run', '#!', true)]
    const text = `f ${sha256('app.py')} app.py\0l ${sha256('app.py')} latest\0x ${sha256('#!')} run\0`
    expect(digestOf(entries)).toBe(sha256(text))
    expect(make(...[...entries].reverse()).digest).toBe(sha256(text))
  })

  it.each([
    ['content', file('a', 'one'), file('a', 'two')],
    ['path', file('a', 'one'), file('b', 'one')],
    ['executable bit', file('a', 'one'), file('a', 'one', true)],
    ['link target', link('a', 'b'), link('a', 'c')],
    ['kind', file('a', 'b'), link('a', 'b')],
  ])('tells trees apart by %s', (_, one, two) => {
    expect(make(one).digest).not.toBe(make(two).digest)
  })

  it('calls a tree without a revision by its content', () => {
    const tree = make(file('app.py'))
    expect(tree.revision).toBe(`content ${tree.digest.slice(0, 7)}`)
    expect(tree).not.toHaveProperty('commit')
  })

  it.each([
    ['a file beside', [link('a/l', 'b')]],
    ['a file above', [link('a/b/l', '../../c')]],
    ['the top', [link('a/l', '..')]],
    ['something that only the host has', [link('media', 'shared/media')]],
    ['itself', [link('l', 'l')]],
    ['another link', [link('l', 'm/x'), link('m', 'n')]],
  ])('lets a link lead to %s', (_, links) => {
    expect(make(...links).entries).toHaveLength(links.length)
  })

  it.each([
    ['an absolute path', [link('l', '/etc/passwd')], 'l → /etc/passwd'],
    ['a folder above', [link('a/l', '../../x')], 'a/l → ../../x'],
    ['a folder above by way of a link', [link('a/b/up', '../..'), link('a/b/l', 'up/../x')], 'a/b/l → up/../x'],
  ])('refuses a link to %s', (_, links, shown) => {
    expect(() => make(...links)).toThrow(
      [
        'source .: a link leads out of it',
        `  ${shown}`,
        '  try: make it a relative link to something inside, or take it out of the source',
      ].join('\n'),
    )
  })

  it('refuses to be empty', () => {
    expect(() => make()).toThrow('source .: there are no files in it')
  })

  it('gives a content by its digest, and only if it is still that', async () => {
    const tree = make(file('app.py'), file('b.py'))
    expect(Buffer.from(await tree.read(sha256('app.py'))).toString()).toBe('app.py')
    await expect(tree.read(sha256('b.py'))).rejects.toThrow('source .: a file has changed since this run began')
    await expect(tree.read('0000')).rejects.toThrow('not a content of this tree: 0000')
  })
})
