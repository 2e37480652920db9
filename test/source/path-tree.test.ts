import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openSource } from '../../src/source/open-source.js'
import { failureOf, listing, textAt, useWorkshop } from './repository.js'

const shop = useWorkshop()

async function open(path: string, ignore: string[] = []) {
  const notes: string[] = []
  const onNote = (text: string) => notes.push(text)
  const tree = await openSource({ kind: 'path', path, ignore }, { base: shop.root, cache: shop.cache, onNote })
  return { tree, notes }
}

describe('a folder without git', () => {
  it('gives all its files, with their contents, links and executable bits', async () => {
    shop.write('blog', {
      'app.py': 'print(1)\n',
      bin: { script: '#!/bin/sh' },
      'static/a': 'a',
      latest: { link: 'app.py' },
    })
    const { tree, notes } = await open('blog')
    expect(listing(tree)).toEqual(['app.py', 'bin (executable)', 'latest → app.py', 'static/a'])
    expect(await textAt(tree, 'app.py')).toBe('print(1)\n')
    expect(tree.revision).toBe(`content ${tree.digest.slice(0, 7)}`)
    expect(tree.commit).toBeUndefined()
    expect(notes).toEqual([])
  })

  it('leaves out what no deploy wants', async () => {
    shop.write('blog', {
      'app.py': '',
      'app.pyc': '',
      'app/__pycache__/x.py': '',
      '.hg/store': '',
      '.svn/x': '',
      '.venv/bin/python': '',
      'my-venv/pyvenv.cfg': '',
      'my-venv/lib/x.py': '',
      'web/node_modules/x.js': '',
      'deploy.local.yml': '',
    })
    expect(listing((await open('blog')).tree)).toEqual(['app.py'])
  })

  it('names files of Git LFS whose contents are not there', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`
    shop.write('blog', { 'app.py': 'version https://git-lfs.github.com/spec/', 'a.bin': pointer })
    expect((await open('blog')).notes).toEqual([
      'Git LFS pointers are deployed as they are, without their contents: a.bin (git lfs pull)',
    ])
  })

  it('follows ignore files as git does, the inner ones over the outer', async () => {
    shop.write('blog', {
      '.gitignore': '*.log\nbuild/\n/top.txt\n',
      'a.log': '',
      'build/x': '',
      'top.txt': '',
      'app/top.txt': '',
      'app/build': 'a file, not a folder',
      'app/.gitignore': '!keep.log\nsecret.txt\n',
      'app/keep.log': '',
      'app/other.log': '',
      'app/secret.txt': '',
      'secret.txt': '',
    })
    expect(listing((await open('blog')).tree)).toEqual([
      '.gitignore',
      'app/.gitignore',
      'app/build',
      'app/keep.log',
      'app/top.txt',
      'secret.txt',
    ])
  })

  it('leaves out what .venvoyignore and the file say, the file having the last word', async () => {
    shop.write('blog', {
      '.venvoyignore': 'docs/\n*.md\n',
      'a.py': '',
      'b.md': '',
      'README.md': '',
      'docs/x': '',
      't/x': '',
    })
    const { tree } = await open('blog', ['t', '!README.md'])
    expect(listing(tree)).toEqual(['.venvoyignore', 'README.md', 'a.py'])
  })

  it('notes what is neither a file nor a link', async () => {
    shop.write('blog', { 'app.py': '' })
    execFileSync('mkfifo', [join(shop.root, 'blog/pipe')])
    const { tree, notes } = await open('blog')
    expect(listing(tree)).toEqual(['app.py'])
    expect(notes).toEqual(['pipe is left out: neither a file nor a link'])
  })

  it('has the same digest wherever it lies and whenever it was written', async () => {
    const files = { 'app.py': 'x', 'a/b': 'y' }
    shop.write('one', files)
    utimesSync(join(shop.write('two', files), 'app.py'), 1, 1)
    expect((await open('one')).tree.digest).toBe((await open(join(shop.root, 'two'))).tree.digest)
  })

  it('reads files that are larger than one turn', async () => {
    const large = Buffer.alloc((2 << 20) + 17, 'abc')
    shop.write('blog', { large })
    const { tree } = await open('blog')
    expect(tree.entries).toMatchObject([{ size: large.length }])
    expect(await textAt(tree, 'large')).toBe(large.toString())
  })

  it('does not hand out a content that has changed since', async () => {
    const folder = shop.write('blog', { 'app.py': 'one' })
    const { tree } = await open('blog')
    writeFileSync(join(folder, 'app.py'), 'two')
    expect(await failureOf(textAt(tree, 'app.py'))).toMatch(/^source blog: a file has changed since this run began\n/)
  })
})

describe('a git work tree', () => {
  it('gives what git tracks and what it would, not what it ignores or what is deleted', async () => {
    const commit = shop.commit('blog', { '.gitignore': '*.log\n', 'app.py': '', 'old.py': '', 'kept.log': '' })
    shop.git('blog', 'add', '--force', 'kept.log')
    shop.git('blog', 'commit', '--quiet', '--message=log')
    shop.write('blog', { 'new.py': '', 'a.log': '', 'app.py': 'changed' })
    rmSync(join(shop.root, 'blog/old.py'))
    const { tree } = await open('blog')
    expect(listing(tree)).toEqual(['.gitignore', 'app.py', 'kept.log', 'new.py'])
    expect(tree.revision).toBe(`working tree of ${shop.git('blog', 'rev-parse', '--short=7', 'HEAD')}, 3 files changed`)
    expect(tree.commit).toBeUndefined()
    expect(commit).toHaveLength(40)
  })

  it('is called by its commit when nothing is changed', async () => {
    const commit = shop.commit('blog', { 'app.py': '' })
    const { tree } = await open('blog')
    expect(tree).toMatchObject({ commit, revision: `working tree of ${commit.slice(0, 7)}` })
  })

  it('is called by its content before the first commit', async () => {
    shop.write('blog', { 'app.py': '' })
    shop.git('blog', 'init', '--quiet')
    const { tree } = await open('blog')
    expect(listing(tree)).toEqual(['app.py'])
    expect(tree.revision).toBe(`content ${tree.digest.slice(0, 7)}`)
  })

  it('may be a folder of a larger one', async () => {
    shop.commit('all', { 'blog/app.py': '', 'shop/app.py': '' })
    shop.write('all', { 'shop/new.py': '' })
    const { tree } = await open('all/blog')
    expect(listing(tree)).toEqual(['app.py'])
    expect(tree.revision).not.toMatch('changed')
  })

  it('counts for nothing where it ignores the folder', async () => {
    shop.commit('all', { '.gitignore': 'dist/\n' })
    shop.write('all', { 'dist/app.py': '' })
    expect(listing((await open('all/dist')).tree)).toEqual(['app.py'])
  })

  it('leaves out unwanted names only where they are not tracked', async () => {
    shop.commit('blog', { 'web/node_modules/tracked.js': '' })
    shop.write('blog', {
      'web/node_modules/more.js': '',
      'env/pyvenv.cfg': '',
      'env/lib/x.py': '',
      'deploy.local.yml': '',
    })
    const { tree } = await open('blog')
    expect(listing(tree)).toEqual(['web/node_modules/tracked.js'])
    expect(tree.revision).not.toMatch('changed')
  })

  it('leaves out what .venvoyignore says, tracked or not', async () => {
    shop.commit('blog', { '.venvoyignore': 'docs/\n', 'app.py': '', 'docs/a': '' })
    shop.write('blog', { 'docs/b': '' })
    expect(listing((await open('blog')).tree)).toEqual(['.venvoyignore', 'app.py'])
  })

  it('takes the tracked files of submodules, and notes repositories that are none', async () => {
    shop.commit('library', { 'lib.py': '' })
    shop.commit('blog', { 'app.py': '' })
    const from = join(shop.root, 'library')
    shop.git('blog', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', from, 'vendor/library')
    shop.write('blog', { 'vendor/library/untracked.py': '' })
    shop.commit('blog/other', { 'x.py': '' })
    const { tree, notes } = await open('blog')
    expect(listing(tree)).toEqual(['.gitmodules', 'app.py', 'vendor/library/lib.py'])
    expect(notes).toEqual(['other/ is left out: a git repository of its own that is not checked out as a submodule'])
  })

  it('ships a link that has taken the place of a folder, and no files behind it', async () => {
    shop.commit('blog', { 'a/x.py': '', 'b/x.py': '', 'c/x.py': '' })
    rmSync(join(shop.root, 'blog/a'), { recursive: true })
    rmSync(join(shop.root, 'blog/c'), { recursive: true })
    symlinkSync('b', join(shop.root, 'blog/a'))
    writeFileSync(join(shop.root, 'blog/c'), 'a file now')
    expect(listing((await open('blog')).tree)).toEqual(['a → b', 'b/x.py', 'c'])
  })

  it('is not looked for in the repository of a git hook that started us', async () => {
    shop.commit('other', { 'other.py': '' })
    shop.commit('blog', { 'app.py': '' })
    vi.stubEnv('GIT_DIR', join(shop.root, 'other/.git'))
    expect(listing((await open('blog')).tree)).toEqual(['app.py'])
  })

  it('is read by its ignore files where there is no git', async () => {
    shop.commit('blog', { '.gitignore': '*.log\n', 'app.py': '' })
    shop.write('blog', { 'a.log': '' })
    vi.stubEnv('PATH', '/nowhere')
    expect(listing((await open('blog')).tree)).toEqual(['.gitignore', 'app.py'])
  })
})

describe('what a folder cannot be', () => {
  it.each([
    ['missing', 'source missing: no such folder'],
    ['file', 'source file: not a folder'],
    ['empty', 'source empty: there are no files in it'],
  ])('%s', async (path, message) => {
    shop.write('empty', {})
    shop.write('.', { file: '' })
    expect((await failureOf(open(path))).split('\n')[0]).toBe(message)
  })

  it('with a link that leads out of it', async () => {
    shop.write('blog', { 'app.py': '', settings: { link: '/etc/blog.conf' } })
    expect(await failureOf(open('blog'))).toBe(
      [
        'source blog: a link leads out of it',
        '  settings → /etc/blog.conf',
        '  try: make it a relative link to something inside, or take it out of the source',
      ].join('\n'),
    )
    expect(listing((await open('blog', ['settings'])).tree)).toEqual(['app.py'])
  })

  it('with a name that is not UTF-8', async () => {
    const folder = shop.write('blog', { 'app.py': '' })
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]), '')
    const expected =
      'source blog: a file name is not UTF-8: caf\uFFFD\n  try: rename it, or leave it out (.venvoyignore)'
    expect(await failureOf(open('blog'))).toBe(expected)
    shop.git('blog', 'init', '--quiet')
    expect(await failureOf(open('blog'))).toBe(expected)
    expect(listing((await open('blog', ['caf*'])).tree)).toEqual(['app.py'])
  })

  it.skipIf(process.getuid?.() === 0)('with a file that may not be read', async () => {
    const folder = shop.write('blog', { 'app.py': '', 'key.pem': '' })
    chmodSync(join(folder, 'key.pem'), 0)
    expect(await failureOf(open('blog'))).toMatch(/^source blog: key.pem cannot be read\n {2}EACCES/)
  })

  it.skipIf(process.getuid?.() === 0)('with a folder that may not be read', async () => {
    const folder = shop.write('blog', { 'app.py': '', 'keys/key.pem': '' })
    chmodSync(join(folder, 'keys'), 0)
    const failure = await failureOf(open('blog'))
    expect(listing((await open('blog', ['keys/'])).tree)).toEqual(['app.py'])
    chmodSync(join(folder, 'keys'), 0o700)
    expect(failure).toMatch(/^source blog: keys\/ cannot be read\n {2}EACCES/)
  })

  it('asked for a revision', async () => {
    shop.write('blog', { 'app.py': '' })
    const options = { base: shop.root, cache: shop.cache, ref: 'v1', onNote: () => undefined }
    expect(await failureOf(openSource({ kind: 'path', path: 'blog', ignore: [] }, options))).toBe(
      [
        'source blog: a folder has no revision v1 to choose',
        '  try: leave out --ref, or say `source: { git: blog, ref: v1 }`',
      ].join('\n'),
    )
  })

  it('interrupted', async () => {
    shop.write('blog', { 'app.py': '' })
    const options = { base: shop.root, cache: shop.cache, signal: AbortSignal.abort(), onNote: () => undefined }
    expect(await failureOf(openSource({ kind: 'path', path: 'blog', ignore: [] }, options))).toBe('interrupted')
  })
})

it('writes nothing into the folder', async () => {
  const folder = join(shop.root, 'blog')
  shop.commit('blog', { 'app.py': '' })
  utimesSync(join(folder, 'app.py'), 1, 1)
  const index = statSync(join(folder, '.git/index'))
  await open('blog')
  expect(statSync(join(folder, '.git/index')).mtimeMs).toBe(index.mtimeMs)
  expect(() => statSync(shop.cache)).toThrow('ENOENT')
})
