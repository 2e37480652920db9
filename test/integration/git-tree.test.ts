import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openSource } from '../../src/source/open-source.js'
import { failureOf, listing, textAt, useWorkshop } from '../source/repository.js'

const shop = useWorkshop()

interface Asked {
  url?: string
  ref?: string
  subdirectory?: string
  /** As `--ref` does. */
  override?: string
  base?: string
}

async function open({ url = 'blog', ref = 'main', override, base = '.', ...rest }: Asked = {}) {
  const notes: string[] = []
  const tree = await openSource(
    { kind: 'git', url, ref, ...rest },
    { base: join(shop.root, base), cache: shop.cache, ref: override, onNote: (text) => notes.push(text) },
  )
  return { tree, notes }
}

const mirror = () => join(shop.cache, 'git', readdirSync(join(shop.cache, 'git'))[0]!)

describe('a git source', () => {
  it('gives the files of a branch, not those of the folder', async () => {
    const files = { 'app.py': 'print(1)\n', run: { script: '#!/bin/sh' }, latest: { link: 'app.py' }, 'é ü': '' }
    const commit = shop.commit('blog', files)
    shop.write('blog', { 'app.py': 'changed', 'new.py': '' })
    const { tree, notes } = await open()
    expect(listing(tree)).toEqual(['app.py', 'latest → app.py', 'run (executable)', 'é ü'])
    expect(await textAt(tree, 'app.py')).toBe('print(1)\n')
    expect(tree).toMatchObject({ commit, revision: `main (${commit.slice(0, 7)})` })
    expect(notes).toEqual([])
  })

  it('gives the same tree as the folder', async () => {
    shop.commit('blog', { 'app.py': 'print(1)\n', run: { script: '#!/bin/sh' }, latest: { link: 'app.py' } })
    const options = { base: shop.root, cache: shop.cache, onNote: () => undefined }
    const folder = await openSource({ kind: 'path', path: 'blog', ignore: [] }, options)
    expect((await open()).tree.entries).toEqual(folder.entries)
    expect((await open()).tree.digest).toBe(folder.digest)
  })

  it('gives one folder of the repository, with links that stay in it', async () => {
    shop.commit('all', { 'blog/app.py': '', 'blog/sub/l': { link: '../app.py' }, 'shop/app.py': '' })
    const { tree } = await open({ url: 'all', subdirectory: './blog/' })
    expect(listing(tree)).toEqual(['app.py', 'sub/l → ../app.py'])
  })

  it.each(['file', 'a path'])('reads a repository by %s', async (way) => {
    shop.commit('blog', { 'app.py': '' })
    const at = join(shop.root, 'blog')
    expect(listing((await open({ url: way === 'file' ? `file://${at}` : at })).tree)).toEqual(['app.py'])
  })

  it('is read again only where the ref has moved', async () => {
    shop.commit('blog', { 'app.py': '1' })
    await open()
    shop.commit('blog', { 'app.py': '2' })
    expect(await textAt((await open()).tree, 'app.py')).toBe('2')
  })

  it('follows a branch that was pushed by force, and names that came in the place of others', async () => {
    shop.commit('blog', { 'app.py': '1' })
    shop.git('blog', 'branch', 'topic')
    await open({ ref: 'topic' })
    shop.git('blog', 'branch', '--delete', 'topic')
    shop.git('blog', 'commit', '--quiet', '--amend', '--allow-empty', '--message=other')
    shop.git('blog', 'branch', 'topic/deeper')
    const { tree } = await open({ ref: 'topic/deeper' })
    expect(tree.commit).toBe(shop.git('blog', 'rev-parse', 'HEAD'))
  })

  it('takes a known commit without asking the repository', async () => {
    const commit = shop.commit('blog', { 'app.py': 'x' })
    const { tree } = await open()
    rmSync(join(shop.root, 'blog'), { recursive: true })
    const again = await open({ ref: commit })
    expect(again.tree).toMatchObject({ digest: tree.digest, revision: commit.slice(0, 7), commit })
    expect(await textAt(again.tree, 'app.py')).toBe('x')
  })

  it('can be read by many at the same time, from nothing', async () => {
    shop.commit('blog', { 'app.py': 'x' })
    const all = await Promise.all(Array.from({ length: 6 }, () => open()))
    expect(new Set(all.map(({ tree }) => tree.digest)).size).toBe(1)
    expect(readdirSync(join(shop.cache, 'git'))).toHaveLength(1)
  })

  it('keeps the cache to this user', async () => {
    shop.commit('blog', { 'app.py': '' })
    await open()
    expect(statSync(join(shop.cache, 'git')).mode & 0o777).toBe(0o700)
  })

  it('gives contents in any order and at once, binary ones too', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}`, Buffer.alloc(i * 5000, i)]))
    shop.commit('blog', files)
    const { tree } = await open()
    const read = await Promise.all(
      [...tree.entries].reverse().map(async (entry) => {
        if (entry.kind !== 'file') throw new Error(entry.kind)
        return files[entry.path]!.equals(await tree.read(entry.digest))
      }),
    )
    expect(read).toEqual(Array(50).fill(true))
  })

  it('hashes contents once, and does not trust half a line', async () => {
    shop.commit('blog', { 'a.py': 'a', 'b.py': 'b' })
    const { tree } = await open()
    const file = join(mirror(), 'venvoy-digests')
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    expect(lines).toHaveLength(2)
    writeFileSync(file, `${lines[0]!.slice(0, 60)}\n${lines[1]}\n`)
    expect((await open()).tree.digest).toBe(tree.digest)
    expect(readFileSync(file, 'utf8').split('\n').slice(0, -1).sort()).toEqual(lines.sort())
  })

  it('notices when what it remembers is wrong', async () => {
    shop.commit('blog', { 'a.py': 'a' })
    await open()
    const file = join(mirror(), 'venvoy-digests')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/ [0-9a-f]{64}/, ` ${'0'.repeat(64)}`))
    const { tree } = await open()
    expect(await failureOf(textAt(tree, 'a.py'))).toMatch('a file has changed since this run began')
  })
})

describe('a ref', () => {
  it.each(['v1', 'refs/tags/v1', 'main', 'refs/heads/main', 'HEAD'])('may be %s', async (ref) => {
    const commit = shop.commit('blog', { 'app.py': '' })
    shop.git('blog', 'tag', '--annotate', '--message=one', 'v1')
    const { tree } = await open({ ref })
    expect(tree).toMatchObject({ commit, revision: `${ref} (${commit.slice(0, 7)})` })
  })

  it('may be a commit, whole or shortened', async () => {
    const commit = shop.commit('blog', { 'app.py': '1' })
    shop.commit('blog', { 'app.py': '2' })
    for (const ref of [commit, commit.slice(0, 12)]) {
      const { tree } = await open({ ref })
      expect(tree).toMatchObject({ commit, revision: commit.slice(0, 7) })
    }
  })

  it('may be a commit that is on no branch or tag', async () => {
    shop.commit('blog', { 'app.py': '1' })
    const lost = shop.commit('blog', { 'app.py': '2' })
    shop.git('blog', 'reset', '--quiet', '--hard', 'HEAD~1')
    shop.git('blog', 'config', 'uploadpack.allowAnySHA1InWant', 'true')
    expect(await textAt((await open({ ref: lost })).tree, 'app.py')).toBe('2')
  })

  it('may be outside branches and tags, as pull requests are', async () => {
    const commit = shop.commit('blog', { 'app.py': '1' })
    const pulled = shop.commit('blog', { 'app.py': '2' })
    shop.git('blog', 'update-ref', 'refs/pull/7/head', pulled)
    shop.git('blog', 'reset', '--quiet', '--hard', commit)
    expect((await open({ ref: 'refs/pull/7/head' })).tree.commit).toBe(pulled)
  })

  it('of the command line wins', async () => {
    const commit = shop.commit('blog', { 'app.py': '1' })
    shop.git('blog', 'tag', 'v1')
    shop.commit('blog', { 'app.py': '2' })
    expect((await open({ override: 'v1' })).tree.commit).toBe(commit)
  })

  it('that is a tag and a branch is the tag, and that is said', async () => {
    const commit = shop.commit('blog', { 'app.py': '1' })
    shop.git('blog', 'tag', 'v1')
    shop.git('blog', 'switch', '--quiet', '--create', 'v1')
    shop.commit('blog', { 'app.py': '2' })
    const { tree, notes } = await open({ ref: 'v1' })
    expect(tree.commit).toBe(commit)
    expect(notes).toEqual(['v1 is a tag and a branch: the tag is taken; refs/heads/v1 is the branch'])
  })

  it('that is not there is an error with what comes close', async () => {
    shop.commit('blog', { 'app.py': '' })
    shop.git('blog', 'tag', '--annotate', '--message=one', 'v1.4.2')
    const message = (ref: string, meant: string) =>
      [
        `source ${shop.root}/blog: there is no branch, tag or commit ${ref} (${meant})`,
        '  try: git push   (it may be in your own clone only)',
      ].join('\n')
    expect(await failureOf(open({ ref: 'v1.4.3' }))).toBe(message('v1.4.3', 'did you mean v1.4.2?'))
    expect(await failureOf(open({ ref: 'production' }))).toBe(message('production', 'there are main and v1.4.2'))
    expect(await failureOf(open({ ref: 'abcdef' }))).toBe(message('abcdef', 'there are main and v1.4.2'))
  })

  it('that is a commit nobody has is an error', async () => {
    shop.commit('blog', { 'app.py': '' })
    const commit = '0123456789'.repeat(4)
    expect((await failureOf(open({ ref: commit }))).split('\n')[0]).toBe(
      `source ${shop.root}/blog: there is no commit ${commit}`,
    )
  })

  it.each(['', '--output=x', 'main~1', 'main^', 'a b', 'a*', 'a..b', '@{1}'])('cannot be %j', async (ref) => {
    shop.commit('blog', { 'app.py': '' })
    expect(await failureOf(open({ ref }))).toBe(
      `source ${shop.root}/blog: not the name of a branch, tag or commit: ${JSON.stringify(ref)}`,
    )
  })

  it('that was not pushed whole is noted in a clone of the repository', async () => {
    const commit = shop.commit('origin', { 'app.py': '1' })
    shop.git('.', 'clone', '--quiet', 'origin', 'clone')
    shop.commit('clone', { 'app.py': '2' })
    shop.commit('clone', { 'app.py': '3' })
    const { tree, notes } = await open({ url: '../origin', base: 'clone' })
    expect(tree.commit).toBe(commit)
    expect(notes).toEqual([
      `main is taken as it was pushed (${commit.slice(0, 7)}): 2 commits of it are in your clone only`,
    ])
    shop.commit('other', { 'app.py': '' })
    expect((await open({ url: '../other', base: 'clone' })).notes).toEqual([])
  })
})

describe('what a git source cannot be', () => {
  it('a repository that is not there', async () => {
    const failure = await failureOf(open({ url: 'missing' }))
    const [first, ...more] = failure.split('\n')
    expect(first).toBe(`source ${shop.root}/missing: the repository cannot be read`)
    expect(more[0]).toMatch(/^ {2}fatal: .*missing' does not appear to be a git repository$/)
    expect(more.at(-1)).toBe(`  try: git ls-remote ${shop.root}/missing`)
  })

  it('a repository without commits', async () => {
    shop.write('blog', {})
    shop.git('blog', 'init', '--quiet')
    expect(await failureOf(open())).toMatch('there is no branch, tag or commit main (there are none)')
  })

  it('a folder that the commit does not have', async () => {
    const commit = shop.commit('blog', { 'web/app.py': '', 'docs/x': '' })
    expect(await failureOf(open({ subdirectory: 'wed' }))).toBe(
      `source ${shop.root}/blog: ${commit.slice(0, 7)} has no folder wed\n  its folders: docs, web`,
    )
  })

  it('with a link that leads out of it', async () => {
    shop.commit('blog', { 'app.py': '', settings: { link: '../secret' } })
    expect(await failureOf(open())).toMatch('a link leads out of it\n  settings → ../secret\n')
  })

  it('without git', async () => {
    shop.commit('blog', { 'app.py': '' })
    vi.stubEnv('PATH', '/nowhere')
    expect(await failureOf(open())).toBe(
      [
        'git is not installed here, and the source needs it',
        '  try: apt-get install git   (or what installs git on this machine)',
      ].join('\n'),
    )
  })

  it('with a broken mirror', async () => {
    shop.commit('blog', { 'app.py': 'x' })
    await open()
    // All digests are known by now, so that git is first needed for the content.
    const { tree } = await open()
    rmSync(join(mirror(), 'objects'), { recursive: true })
    expect(await failureOf(textAt(tree, 'app.py'))).toMatch(`${mirror()}: the mirror of the repository is broken\n`)
  })

  it('interrupted', async () => {
    shop.commit('blog', { 'app.py': '' })
    const options = { base: shop.root, cache: shop.cache, signal: AbortSignal.abort(), onNote: () => undefined }
    expect(await failureOf(openSource({ kind: 'git', url: 'blog', ref: 'main' }, options))).toBe('interrupted')
  })
})
