import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { secret } from '../../src/shell/command.js'
import { openSource } from '../../src/source/open-source.js'
import { failureOf, listing, textAt, useWorkshop } from '../source/repository.js'
import { makeRepository, type SvnWorkshop } from '../source/subversion.js'

const shop = useWorkshop()
let repo: SvnWorkshop

beforeEach(() => {
  vi.stubEnv('HOME', shop.root)
  repo = makeRepository(shop)
})

interface Asked {
  url?: string
  revision?: string
  subdirectory?: string
  /** As `--ref` does. */
  ref?: string
  login?: { user?: string; password?: string }
  signal?: AbortSignal
}

async function open({ url = `${repo.url}/trunk`, revision = 'HEAD', subdirectory, login, ...more }: Asked = {}) {
  const notes: string[] = []
  const password = login?.password
  const spec = {
    kind: 'svn' as const,
    ...{ url, revision },
    ...(subdirectory !== undefined && { subdirectory }),
    ...(login && { login: { ...login, ...(password !== undefined && { password: secret('P', password) }) } as never }),
  }
  const options = { base: shop.root, cache: shop.cache, onNote: (text: string) => notes.push(text), ...more }
  return { tree: await openSource(spec, options), notes }
}

const withoutRepository = () => rmSync(join(shop.root, 'repository'), { recursive: true })

describe('a svn source', () => {
  it('gives the files of a revision, with links, executable bits, keywords and any name', async () => {
    const files = { 'app.py': '$Rev$\n', run: { script: '#!/bin/sh' }, latest: { link: 'app.py' }, 'é ü@1/x': 'x' }
    repo.commit(Object.fromEntries(Object.entries(files).map(([path, content]) => [`trunk/${path}`, content])))
    repo.svn('propset', '--quiet', 'svn:keywords', 'Rev', 'trunk/app.py')
    const revision = repo.commit({})
    const { tree, notes } = await open()
    expect(listing(tree)).toEqual(['app.py', 'latest → app.py', 'run (executable)', 'é ü@1/x'])
    expect(await textAt(tree, 'app.py')).toBe(`$Rev: ${revision} $\n`)
    expect(tree.revision).toBe(`HEAD (r${revision})`)
    expect(notes).toEqual([])
  })

  it('gives what svn itself exports', async () => {
    repo.commit({ 'lib/lib.py': 'lib', 'trunk/app.py': 'x', 'trunk/sub/y': 'y' })
    repo.externals('trunk', '^/lib vendor/lib')
    repo.commit({})
    repo.svn('export', '--quiet', `${repo.url}/trunk`, join(shop.root, 'exported'))
    const options = { base: shop.root, cache: shop.cache, onNote: () => undefined }
    const folder = await openSource({ kind: 'path', path: 'exported', ignore: [] }, options)
    expect((await open()).tree.digest).toBe(folder.digest)
  })

  it('is at the revision that is named, and --ref names another', async () => {
    const first = repo.commit({ 'trunk/app.py': '1' })
    repo.commit({ 'trunk/app.py': '2', 'trunk/new.py': '' })
    const { tree } = await open({ revision: `${first}` })
    expect([listing(tree), await textAt(tree, 'app.py'), tree.revision]).toEqual([['app.py'], '1', `r${first}`])
    expect((await open({ ref: `r${first}` })).tree.revision).toBe(`r${first}`)
    expect(listing((await open({ revision: '{2999-01-01}' })).tree)).toEqual(['app.py', 'new.py'])
  })

  it('knows what lies between a release and itself, forwards and back', async () => {
    const first = repo.commit({ 'trunk/app.py': '1' })
    repo.commit({ 'other/x': '' })
    const last = repo.commit({ 'trunk/app.py': '2' })
    const { since } = (await open()).tree
    const come = [{ id: `r${last}`, subject: 'more', author: expect.any(String) }]
    const none = { count: 0, newest: [] }
    expect(await since?.({ revision: `HEAD (r${first})` })).toEqual({
      ...{ from: `r${first}`, to: `r${last}`, gone: none },
      come: { count: 1, newest: come },
    })
    const back = await (await open({ ref: String(first) })).tree.since?.({ revision: `r${last}` })
    expect(back).toMatchObject({ come: none, gone: { count: 1, newest: come } })
    expect(await since?.({ revision: 'content 1234567' })).toBeUndefined()
  })

  it('brings what has changed, and what has gone', async () => {
    repo.commit({ 'trunk/app.py': '1', 'trunk/old.py': '', 'trunk/same.py': '' })
    await open()
    repo.svn('remove', '--quiet', 'trunk/old.py')
    repo.commit({ 'trunk/app.py': '2' })
    const { tree } = await open()
    expect([listing(tree), await textAt(tree, 'app.py')]).toEqual([['app.py', 'same.py'], '2'])
  })

  it('is known again: a number is not asked for, and HEAD not brought where only other parts have changed', async () => {
    const first = repo.commit({ 'trunk/app.py': '1' })
    await open()
    repo.commit({ 'other/x': '' })
    expect((await open()).tree.revision).toBe(`HEAD (r${first})`)
    expect(readdirSync(join(shop.cache, 'svn'))).toHaveLength(1)
    withoutRepository()
    const { tree } = await open({ revision: `${first}` })
    expect(await textAt(tree, 'app.py')).toBe('1')
  })

  it('is another where the folder above was replaced, though nothing in it changed', async () => {
    repo.commit({ 'a/trunk/app.py': 'a', 'b/trunk/app.py': 'b' })
    await open({ url: `${repo.url}/a/trunk` })
    repo.svn('remove', '--quiet', 'a')
    repo.commit({})
    repo.svn('move', '--quiet', `${repo.url}/b`, `${repo.url}/a`, '--message', 'b is a now')
    expect(await textAt((await open({ url: `${repo.url}/a/trunk` })).tree, 'app.py')).toBe('b')
  })

  it('can be a part of the URL', async () => {
    repo.commit({ 'trunk/site/app.py': '', 'trunk/docs/x': '' })
    expect(listing((await open({ subdirectory: 'site' })).tree)).toEqual(['app.py'])
  })

  it('can be read by many at the same time, from nothing and again', async () => {
    repo.commit({ 'trunk/app.py': 'x' })
    for (const _ of [1, 2]) {
      const all = await Promise.all(Array.from({ length: 4 }, () => open()))
      expect(new Set(all.map(({ tree }) => tree.digest)).size).toBe(1)
      repo.commit({ 'trunk/app.py': 'y' })
    }
    expect(readdirSync(join(shop.cache, 'svn-work'))).toHaveLength(1)
  })

  it('survives a venvoy that was killed, and a working copy that is broken', async () => {
    repo.commit({ 'trunk/app.py': '1' })
    await open()
    const [work] = readdirSync(join(shop.cache, 'svn-work'))
    const place = join(shop.cache, 'svn-work', work!)
    mkdirSync(`${place}.lock`)
    // No process has this number: they end at 4194304.
    writeFileSync(join(`${place}.lock`, 'pid'), '4999999\n')
    repo.commit({ 'trunk/app.py': '2' })
    expect(await textAt((await open()).tree, 'app.py')).toBe('2')
    expect(existsSync(`${place}.lock`)).toBe(false)
    rmSync(join(place, '.svn/wc.db'))
    repo.commit({ 'trunk/app.py': '3' })
    expect(await textAt((await open()).tree, 'app.py')).toBe('3')
  })
})

describe('externals', () => {
  beforeEach(() => {
    repo.commit({ 'lib/lib.py': 'first', 'inner/deep.py': 'deep', 'tools/tool.py': 'tool' })
    repo.commit({ 'lib/lib.py': 'second', 'trunk/app.py': '', 'trunk/sub/x': '' })
  })

  it('come along: nested, pinned in both ways, single files, and in both syntaxes', async () => {
    repo.externals('lib', '../inner nested/inner')
    const pinned = repo.commit({})
    repo.commit({ 'lib/lib.py': 'third' })
    repo.externals('trunk', '# libraries', '-r 1 ^/lib old', `^/lib@${pinned} vendor/lib`, '^/tools/tool.py tool.py')
    repo.externals('trunk/sub', `classic -r 1 ${repo.url}/lib`, '"^/inner" "with a space"')
    repo.commit({})
    const { tree, notes } = await open()
    expect(listing(tree)).toEqual([
      'app.py',
      'old/lib.py',
      'sub/classic/lib.py',
      'sub/with a space/deep.py',
      'sub/x',
      'tool.py',
      'vendor/lib/lib.py',
      'vendor/lib/nested/inner/deep.py',
    ])
    const texts = ['old/lib.py', 'sub/classic/lib.py', 'vendor/lib/lib.py', 'tool.py']
    expect(await Promise.all(texts.map((path) => textAt(tree, path)))).toEqual(['first', 'first', 'second', 'tool'])
    expect(notes.sort()).toEqual([
      `sub/with a space is an external without a revision: r1 of ${repo.url}/inner is taken`,
      `tool.py is an external without a revision: r1 of ${repo.url}/tools/tool.py is taken`,
      `vendor/lib/nested/inner is an external without a revision: r1 of ${repo.url}/inner is taken`,
    ])
  })

  it('without a revision are looked at each time', async () => {
    repo.externals('trunk', '^/lib lib')
    const revision = repo.commit({})
    const { tree } = await open({ revision: `${revision}` })
    repo.commit({ 'lib/lib.py': 'third' })
    const later = await open({ revision: `${revision}` })
    expect([await textAt(tree, 'lib/lib.py'), await textAt(later.tree, 'lib/lib.py')]).toEqual(['second', 'third'])
  })

  it('that are pinned need no contact the second time', async () => {
    repo.externals('trunk', '^/lib@1 lib')
    const revision = repo.commit({})
    const { tree } = await open({ revision: `${revision}` })
    withoutRepository()
    expect((await open({ revision: `${revision}` })).tree.digest).toBe(tree.digest)
  })

  it('that cannot be taken are errors that name them', async () => {
    repo.externals('trunk', '^/nothing vendor/nothing')
    repo.commit({})
    const [head, ...rest] = (await failureOf(open())).split('\n')
    expect(head).toBe(`source ${repo.url}/nothing: there is nothing at this URL`)
    expect(rest.slice(-2)).toEqual([
      `  it is the external vendor/nothing of ${repo.url}/trunk`,
      `  try: svn ls ${repo.url}/nothing`,
    ])
    repo.externals('trunk', '^/trunk again')
    const revision = repo.commit({})
    expect(await failureOf(open())).toBe(
      [
        `source ${repo.url}/trunk@${revision}: its externals lead in a circle`,
        `  ${repo.url}/trunk@${revision} → ${repo.url}/trunk@${revision}`,
        `  it is the external again of ${repo.url}/trunk`,
      ].join('\n'),
    )
    repo.externals('trunk', '^/lib sub')
    repo.commit({ 'trunk/sub/lib.py': '' })
    expect(await failureOf(open())).toBe(
      [
        `source ${repo.url}/trunk: sub/lib.py is there twice`,
        '  each path has one place, and one content, in a release',
      ].join('\n'),
    )
  })
})

describe('a repository behind a password', () => {
  const right = { user: 'ann', password: 'pa$$ word' }

  it('is read with the name and the password of the source, or of its URL', async () => {
    repo.commit({ 'trunk/app.py': 'x' })
    const url = `${await repo.serve()}/trunk`
    expect(listing((await open({ url, login: right })).tree)).toEqual(['app.py'])
    rmSync(shop.cache, { recursive: true })
    const { tree } = await open({ url: url.replace('//', () => '//ann:pa$$%20word@') })
    expect(await textAt(tree, 'app.py')).toBe('x')
    // Nothing of it is stored.
    expect(
      existsSync(join(shop.cache, 'svn-config/auth/svn.simple'))
        ? readdirSync(join(shop.cache, 'svn-config/auth/svn.simple'))
        : [],
    ).toEqual([])
  })

  it('says what it wants', async () => {
    repo.commit({ 'trunk/app.py': 'x' })
    const url = `${await repo.serve()}/trunk`
    const wrong = await failureOf(open({ url, login: { user: 'ann', password: 'wr0ng' } }))
    expect(wrong).toBe(
      [
        `source ${url}: the repository does not take this name and password`,
        `  svn: E170013: Unable to connect to a repository at URL '${url}'`,
        '  svn: E170001: Authentication error from server: Password incorrect',
        '  try: look at user and password of the source',
      ].join('\n'),
    )
    expect((await failureOf(open({ url }))).split('\n').at(-1)).toBe(
      '  try: source: { …, user: NAME, password: !secret SVN_PASSWORD }',
    )
  })

  it('gets no externals of this machine', async () => {
    repo.commit({ 'trunk/app.py': 'x', 'private/diary': '' })
    repo.externals('trunk', `${repo.url}/private vendor`)
    repo.commit({})
    const url = `${await repo.serve()}/trunk`
    expect(await failureOf(open({ url, login: right }))).toBe(
      [
        `source ${repo.url}/private: this external is a repository of this machine`,
        '  a repository from elsewhere does not say what of this machine is deployed',
        `  it is the external vendor of ${url}`,
      ].join('\n'),
    )
  })
})

describe('what a svn source cannot be', () => {
  it.each([
    [
      'a revision that is not there',
      { revision: '99' },
      'there is no such revision\n  svn: E160006: No such revision 99',
    ],
    ['a word', { revision: 'main' }, 'not a revision: "main"\n  try: a number, HEAD, or a date: "{2026-01-31}"'],
    ['an option', { revision: '--x' }, 'not a revision: "--x"\n  try: a number, HEAD, or a date: "{2026-01-31}"'],
    ['a file', { subdirectory: 'app.py' }, 'this is a file, not a folder'],
  ])('%s', async (_, asked, message) => {
    repo.commit({ 'trunk/app.py': '' })
    const url = `${repo.url}/trunk${'subdirectory' in asked ? '/app.py' : ''}`
    expect(await failureOf(open(asked as Asked))).toBe(`source ${url}: ${message}`)
  })

  it('a folder that is not there', async () => {
    repo.commit({ 'trunk/app.py': '' })
    expect(await failureOf(open({ url: `${repo.url}/truck` }))).toBe(
      [
        `source ${repo.url}/truck: there is nothing at this URL`,
        `  svn: warning: W170000: URL '${repo.url}/truck' non-existent in revision 1`,
        "  svn: E200009: Could not display info for all targets because some targets don't exist",
        `  try: svn ls ${repo.url}/truck`,
      ].join('\n'),
    )
  })

  it('a machine that does not answer', async () => {
    expect(await failureOf(open({ url: 'svn://127.0.0.1:1/x' }))).toBe(
      [
        'source svn://127.0.0.1:1/x: the repository cannot be read',
        "  svn: E170013: Unable to connect to a repository at URL 'svn://127.0.0.1:1/x'",
        "  svn: E000111: Can't connect to host '127.0.0.1': Connection refused",
        '  try: svn info svn://127.0.0.1:1/x',
      ].join('\n'),
    )
  })

  it('no URL', async () => {
    expect(await failureOf(open({ url: '../repository' }))).toBe(
      'source ../repository: not the URL of a Subversion repository\n  try: https://…, svn://…, svn+ssh://… or file:///…',
    )
  })

  it('without svn', async () => {
    vi.stubEnv('PATH', '/nowhere')
    expect(await failureOf(open())).toBe(
      [
        'svn is not installed here, and the source needs it',
        '  try: apt-get install subversion   (or what installs svn on this machine)',
      ].join('\n'),
    )
  })

  it('interrupted', async () => {
    expect(await failureOf(open({ signal: AbortSignal.abort() }))).toBe('interrupted')
  })
})
