import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ReleaseReceipt } from '../../src/facts/facts.js'
import { keyedDigest } from '../../src/operations/keyed-digest.js'
import { callHelper, testPath } from './support/call.js'
import { files, instanceMaker } from './support/instance.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { cachedTree, listAll, releaseInput, sha256, write } from './support/place.js'

const instance = instanceMaker()
const modeOf = (path: string) => statSync(path).mode & 0o777

describe('release and switch', () => {
  test.each(edgeInterpreters())(
    'puts the tree, the venv and the receipt, and turns one link: %s',
    async (interpreter) => {
      const { home, to, venv, release, switchTo } = instance(interpreter)
      expect(await release()).toMatchObject({
        code: 0,
        stderr: '',
        events: [{ event: 'release', path: join(to, 'releases/1') }],
      })
      expect(listAll(join(to, 'releases/1'))).toEqual([
        '444 .venvoy.manifest',
        '600 env',
        '644 release.json',
        '755 services/',
        '644 services.json',
        '644 settings.json',
        '755 tree/',
        '755 tree/blog/',
        'tree/blog/latest.txt -> ../manage.py',
        '444 tree/blog/wsgi.py',
        '444 tree/blog/ünïcode.txt',
        '555 tree/manage.py',
        '644 unserved',
        `venv -> ${venv}`,
      ])
      expect(await switchTo(1, 0)).toMatchObject({
        code: 0,
        stderr: '',
        events: [{ event: 'switched', from: null, to: 1 }],
      })
      expect(existsSync(join(to, 'releases/1/unserved'))).toBe(false)
      await release({ number: 2, generation: 1 })
      expect((await switchTo(2, 1)).events).toEqual([{ event: 'switched', from: 1, to: 2 }])
      expect(readlinkSync(join(to, 'current'))).toBe('releases/2')
      expect(readlinkSync(join(home, 'venvs/blog'))).toBe(`${to}/current/venv`)
      expect(readFileSync(join(to, '.venvoy/generation'), 'utf8')).toBe('2\n')
      expect(readFileSync(join(home, 'venvs/blog/.venvoy.json'), 'utf8')).toContain('"v":1')
    },
  )

  test.each(edgeInterpreters())(
    'takes the list of a tree, and where its links lead, from the cache: %s',
    async (python) => {
      const { home, to, release, tree } = instance(python)
      const put = (text: string) => {
        write(join(home, 'cache', sha256(text).slice(0, 2), sha256(text)), text)
        return sha256(text)
      }
      const rows = tree.entries.map((each) => {
        if ('target' in each) return `l ${put(each.target)} ${each.path}\0`
        return `${each.executable ? 'x' : 'f'} ${each.digest} ${each.path}\0`
      })
      const digest = put(rows.join(''))
      await release()
      expect(await release({ number: 2, tree: { cache: '~/cache', digest } })).toMatchObject({ code: 0, stderr: '' })
      expect(listAll(join(to, 'releases/2'))).toEqual(listAll(join(to, 'releases/1')))
      expect(readFileSync(join(to, 'releases/2/.venvoy.manifest'), 'utf8')).toBe(rows.join(''))
      write(join(home, 'cache', digest.slice(0, 2), digest), `${rows.join('')} `)
      const damaged = await release({ number: 3, tree: { cache: '~/cache', digest } })
      expect([damaged.code, damaged.stderr.split('\n')[0]]).toEqual([
        1,
        'the cached content of the list of the files was damaged',
      ])
      const missing = await release({ number: 3, tree: { cache: '~/cache', digest } })
      expect([missing.code, missing.stderr.split('\n')[0]]).toEqual([
        1,
        'the content of the list of the files is not in the cache',
      ])
    },
  )

  test('the receipt is one line with the fields in their order', async () => {
    const { to, venv, release } = instance()
    await release()
    const text = readFileSync(join(to, 'releases/1/release.json'), 'utf8')
    const receipt: ReleaseReceipt = JSON.parse(text)
    expect(receipt.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const expected: ReleaseReceipt = {
      v: 1,
      number: 1,
      revision: 'v1 (3f2a91c)',
      commit: '3f2a91c',
      digest: 'd1',
      venv,
      fingerprint: '0f3c9a1b2d4e5f60',
      created: receipt.created,
      by: 'ann@laptop',
    }
    expect(text).toBe(`${JSON.stringify(expected)}\n`)
  })

  test.each(edgeInterpreters())(
    'the receipt tells values of the env apart, and only whoever has the salt knows them: %s',
    async (interpreter) => {
      const { to, release } = instance(interpreter)
      const env = { MODE: 'live', GRÜSSE: 'ä', EMPTY: '', SECRET_KEY: 'hunter2' }
      await release({ env })
      const salt = readFileSync(join(to, '.venvoy/salt'), 'utf8').trim()
      expect([salt, statSync(join(to, '.venvoy/salt')).mode & 0o777]).toEqual([
        expect.stringMatching(/^[0-9a-f]{32}$/),
        0o600,
      ])
      const read = (number: number) => JSON.parse(readFileSync(join(to, `releases/${number}/release.json`), 'utf8'))
      const digests = Object.entries(env).map(([name, value]) => [name, keyedDigest(salt, name, value)])
      expect(read(1).env).toEqual(Object.fromEntries(digests))
      await release({ number: 2, env: { ...env, MODE: 'test' } })
      expect(read(2).env).toEqual({ ...read(1).env, MODE: keyedDigest(salt, 'MODE', 'test') })
    },
  )

  test.each(edgeInterpreters())('templates are files of the tree, with their modes: %s', async (interpreter) => {
    const { to, release } = instance(interpreter)
    const templates = [
      { path: 'manage.py', text: 'print("é")\n', mode: 0o600 },
      { path: 'new/a.ini', text: '', mode: 0o664 },
    ]
    await release({ templates })
    const tree = join(to, 'releases/1/tree')
    expect(
      ['manage.py', 'new/a.ini'].map((path) => [readFileSync(join(tree, path), 'utf8'), modeOf(join(tree, path))]),
    ).toEqual([
      ['print("é")\n', 0o600],
      ['', 0o664],
    ])
    const salt = readFileSync(join(to, '.venvoy/salt'), 'utf8').trim()
    expect(JSON.parse(readFileSync(join(to, 'releases/1/release.json'), 'utf8')).templates).toEqual({
      'manage.py': keyedDigest(salt, 'manage.py', '600 print("é")\n'),
      'new/a.ini': keyedDigest(salt, 'new/a.ini', '664 '),
    })
    const through = await release({ number: 2, templates: [{ path: 'blog/latest.txt/x', text: '', mode: 0o644 }] })
    expect([through.code, through.stderr]).toEqual([1, expect.stringContaining('goes through a link of the tree')])
  })

  test('what the receipt vouches for reaches the disk before it', async () => {
    const { home, to, venv, tree } = instance()
    write(join(home, 'bin/sync'), '#!/bin/sh\necho "$@" > "$HOME/synced"\nls "$2" >> "$HOME/synced"\n')
    chmodSync(join(home, 'bin/sync'), 0o755)
    const env = { PATH: `${home}/bin:${testPath}` }
    await callHelper({ python: anyPython3(), home, action: 'release', input: releaseInput(to, venv, tree), env })
    expect(readFileSync(join(home, 'synced'), 'utf8')).toBe(
      `-f ${to}/releases/1\nenv\nservices\nservices.json\nsettings.json\ntree\nunserved\nvenv\n`,
    )
  })

  test.each(['release', 'switch'])('%s refuses when the state has moved since the plan', async (action) => {
    const { to, release, switchTo } = instance()
    await release()
    await switchTo(1, 0)
    const result = await (action === 'release' ? release({ number: 2 }) : switchTo(1, 0))
    expect(result).toMatchObject({
      code: 1,
      stderr: `the state has moved since the plan\n  ${to}: generation 1, planned for 0\n  try: plan again\n`,
    })
    expect(listAll(join(to, 'releases')).filter((line) => line.includes('release.json'))).toHaveLength(1)
  })

  test('replaces what a killed helper left, but never a whole release', async () => {
    const { to, release } = instance()
    write(join(to, '.venvoy/generation'), '0\n')
    write(join(to, 'releases/1/tree/left/over.txt'), 'half')
    expect((await release()).code).toBe(0)
    expect(listAll(join(to, 'releases/1/tree')).join()).not.toContain('over')
    expect(await release()).toMatchObject({
      code: 1,
      stderr: `release 1 exists already\n  ${to}/releases/1\n  try: plan again\n`,
    })
  })

  test('never rebuilds the release that serves, even where its receipt is gone', async () => {
    const { to, release, switchTo } = instance()
    await release()
    await switchTo(1, 0)
    rmSync(join(to, 'releases/1/release.json'))
    expect(await release({ generation: 1 })).toMatchObject({ code: 1 })
    expect(readFileSync(join(to, 'current/tree/blog/wsgi.py'), 'utf8')).toBe(files['blog/wsgi.py'])
  })

  test('touches nothing in a folder without our marker', async () => {
    const { to, release } = instance()
    write(join(to, 'precious.txt'), 'mine')
    expect(await release()).toMatchObject({
      code: 1,
      stderr: [
        `${to} exists and is not an instance of venvoy's`,
        '  it has no folder .venvoy, and it is not empty',
        `  try: choose another deploy.to, or give this one to venvoy: mkdir ${to}/.venvoy`,
        '',
      ].join('\n'),
    })
    expect(listAll(to)).toEqual(['644 precious.txt'])
  })

  test('a damaged file of the cache is removed and never deployed', async () => {
    const { home, to, release } = instance()
    const digest = sha256(files['blog/wsgi.py'])
    const source = join(home, 'cache', digest.slice(0, 2), digest)
    write(source, 'evil = 1')
    expect(await release()).toMatchObject({
      code: 1,
      stderr: `the cached content of "blog/wsgi.py" was damaged\n  removed: ${source}\n  try: run the same command again\n`,
    })
    expect(await release()).toMatchObject({
      code: 1,
      stderr: `the content of "blog/wsgi.py" is not in the cache\n  missing: ${source}\n  try: run the same command again\n`,
    })
    write(source, files['blog/wsgi.py'])
    expect((await release()).code).toBe(0)
    expect(readFileSync(join(to, 'releases/1/tree/blog/wsgi.py'), 'utf8')).toBe(files['blog/wsgi.py'])
  })

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['a path upwards', { '../evil': 'x' }, {}, 'the path "../evil" does not stay inside the tree'],
    ['an absolute path', { '/evil': 'x' }, {}, 'the path "/evil" does not stay inside the tree'],
    ['an empty part', { 'a//evil': 'x' }, {}, 'the path "a//evil" does not stay inside the tree'],
    ['a path through a link', { 'a/evil': 'x' }, { a: 'b' }, 'the path "a/evil" goes through a link of the tree'],
    ['an absolute link', {}, { a: '/etc/passwd' }, 'the link "a" leads out of the tree'],
    ['a link upwards', {}, { 'a/b': '../../c' }, 'the link "a/b" leads out of the tree'],
    ['a chain of links', { 'a/f': '' }, { 'a/up': '..', out: 'a/up/..' }, 'the link "out" leads out of the tree'],
  ])('refuses %s', async (_, evil, evilLinks, message) => {
    const { home, to, release } = instance()
    const result = await release({ tree: cachedTree(join(home, 'cache'), evil, evilLinks) })
    expect(result.code).toBe(1)
    expect(result.stderr.split('\n')[0]).toBe(message)
    expect(listAll(home).filter((line) => line.includes('evil'))).toEqual([])
    expect(listAll(to).filter((line) => line.includes('release.json'))).toEqual([])
  })

  test('needs a whole venv and a whole release', async () => {
    const { home, to, release, switchTo } = instance()
    const venv = join(home, 'venvs/.venvoy/half/blog')
    mkdirSync(venv, { recursive: true })
    expect((await release({ venv })).stderr.split('\n')[0]).toBe(`there is no whole venv at ${venv}`)
    mkdirSync(join(to, 'releases/1'), { recursive: true })
    expect((await switchTo(1, 0)).stderr).toBe(
      `release 1 is not whole\n  ${to}/releases/1 has no release.json\n  try: deploy again\n`,
    )
  })

  test.each(['a folder', 'a link to elsewhere'])(
    'refuses a `current` that is %s and says how to adopt it',
    async (kind) => {
      const { to, release, switchTo } = instance()
      await release()
      if (kind === 'a folder') mkdirSync(join(to, 'current'))
      else symlinkSync('elsewhere', join(to, 'current'))
      const result = await switchTo(1, 0)
      expect(result).toMatchObject({
        code: 1,
        stderr: [
          `${to}/current is not a link to a release`,
          `  it is ${kind}`,
          `  try: move it away, and deploy again: mv ${to}/current ${to}/current.before-venvoy`,
          '',
        ].join('\n'),
      })
      expect(listAll(join(to, '.venvoy'))).not.toContain('644 generation')
    },
  )

  test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a file', (path: string) => write(path, '')],
    ['a link to /opt/venvs/blog', (path: string) => symlinkSync('/opt/venvs/blog', path)],
  ])('switches nothing where the name in the home is %s', async (kind, make) => {
    const { home, to, release, switchTo } = instance()
    await release()
    make(join(home, 'venvs/blog'))
    expect(await switchTo(1, 0)).toMatchObject({
      code: 1,
      stderr: [
        "a venv of this name exists and is not venvoy's",
        `  ${home}/venvs/blog is ${kind}`,
        `  try: give ours another name (venv.name), or move that one away: mv ${home}/venvs/blog ${home}/venvs/blog.before-venvoy`,
        '',
      ].join('\n'),
    })
    expect(listAll(to).filter((line) => line.startsWith('current') || line.includes('generation'))).toEqual([])
  })

  test('switches nothing where the link in the home cannot be made', async () => {
    const { home, to, release, switchTo } = instance()
    await release()
    mkdirSync(join(home, 'venvs/.venvoy/next=blog'))
    expect(await switchTo(1, 0)).toMatchObject({ code: 1 })
    expect(listAll(to).filter((line) => line.startsWith('current') || line.includes('generation'))).toEqual([])
  })
})
