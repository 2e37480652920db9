import { mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { instanceMaker } from './support/instance.js'
import { edgeInterpreters } from './support/interpreters.js'
import { listAll, write } from './support/place.js'

const instance = instanceMaker()

describe('shared files', () => {
  test.each(edgeInterpreters())('begin with what the tree has, and are linked into it: %s', async (interpreter) => {
    const { to, release } = instance(interpreter)
    const shared = ['blog/', 'manage.py', 'media/new/', 'data/db.sqlite3']
    expect(await release({ shared })).toMatchObject({ code: 0, stderr: '' })
    const tree = join(to, 'releases/1/tree')
    expect(listAll(tree)).toEqual([
      'blog -> ../../../shared/blog',
      '755 data/',
      'data/db.sqlite3 -> ../../../../shared/data/db.sqlite3',
      'manage.py -> ../../../shared/manage.py',
      '755 media/',
      'media/new -> ../../../../shared/media/new',
    ])
    expect(listAll(join(to, 'shared'))).toEqual([
      '755 blog/',
      'blog/latest.txt -> ../manage.py',
      '644 blog/wsgi.py',
      '644 blog/ünïcode.txt',
      '755 data/',
      '755 manage.py',
      '755 media/',
      '755 media/new/',
    ])
    write(join(tree, 'data/db.sqlite3'), 'rows')
    expect(readFileSync(join(to, 'shared/data/db.sqlite3'), 'utf8')).toBe('rows')
    expect(JSON.parse(readFileSync(join(to, 'releases/1/release.json'), 'utf8')).shared).toEqual(shared)
  })

  test('are never written over, and outlive the releases', async () => {
    const { to, release, switchTo, call } = instance()
    await release({ shared: ['blog/'] })
    await switchTo(1, 0)
    write(join(to, 'shared/blog/wsgi.py'), 'changed')
    await release({ number: 2, generation: 1, shared: ['blog/'] })
    await switchTo(2, 1)
    expect(readFileSync(join(to, 'current/tree/blog/wsgi.py'), 'utf8')).toBe('changed')
    expect((await call('retire', { to, numbers: [1] })).code).toBe(0)
    expect(readFileSync(join(to, 'current/tree/blog/wsgi.py'), 'utf8')).toBe('changed')
  })

  test('what a killed helper left on its way there is no beginning', async () => {
    const { to, release } = instance()
    write(join(to, '.venvoy/generation'), '0\n')
    write(join(to, 'shared/.venvoy-next/half'), '')
    expect((await release({ shared: ['blog/'] })).code).toBe(0)
    expect(listAll(join(to, 'shared')).filter((line) => /next|half/.test(line))).toEqual([])
  })

  test('may be a link to another disk', async () => {
    const { home, to, release } = instance()
    write(join(to, '.venvoy/generation'), '0\n')
    mkdirSync(join(home, 'disk'))
    mkdirSync(join(to, 'shared'))
    symlinkSync(join(home, 'disk'), join(to, 'shared/media'))
    expect((await release({ shared: ['media/'] })).code).toBe(0)
    expect(readlinkSync(join(to, 'releases/1/tree/media'))).toBe('../../../shared/media')
    expect(readlinkSync(join(to, 'shared/media'))).toBe(join(home, 'disk'))
  })

  test.each<[string, string, string]>([
    ['a path that leads out', '../up', 'the path "../up" does not stay inside the tree\n'],
    [
      'a folder that is wanted as a file',
      'blog',
      'TO/releases/1/tree/blog is a folder\n  it is to be shared as a file\n',
    ],
    ['a file that is wanted as a folder', 'manage.py/', 'manage.py is a file\n  it is to be shared as a folder\n'],
    ['another kind in the shared place', 'media/', 'TO/shared/media is a file\n  it is to be shared as a folder\n'],
  ])('refuse %s', async (_, path, message) => {
    const { to, release } = instance()
    write(join(to, '.venvoy/generation'), '0\n')
    write(join(to, 'shared/media'), 'a file')
    const { code, stderr } = await release({ shared: [path] })
    expect([code, stderr.replaceAll(to, 'TO')]).toEqual([1, expect.stringContaining(message)])
    expect(listAll(join(to, 'releases')).filter((line) => line.includes('release.json'))).toEqual([])
  })
})
