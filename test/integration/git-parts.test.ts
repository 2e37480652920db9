import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openSource } from '../../src/source/open-source.js'
import { failureOf, listing, textAt, useWorkshop } from '../source/repository.js'

const shop = useWorkshop()

async function open(url = 'blog', more: { ref?: string; subdirectory?: string } = {}) {
  const notes: string[] = []
  const options = { base: shop.root, cache: shop.cache, onNote: (text: string) => notes.push(text) }
  return { tree: await openSource({ kind: 'git', url, ref: 'main', ...more }, options), notes }
}

/** Adds a submodule and commits; gives the outer commit. */
function addModule(folder: string, url: string, path: string): string {
  shop.git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '--force', url, path)
  return shop.commit(folder, {})
}

describe('submodules', () => {
  it('come along at their exact commits, those within them too', async () => {
    shop.commit('inner', { 'deep.py': 'deep' })
    shop.commit('library', { 'lib.py': 'first', tool: { script: '#!/bin/sh' } })
    addModule('library', '../inner', 'vendor/inner')
    shop.commit('blog', { 'app.py': '' })
    const commit = addModule('blog', '../library', 'vendor/library')
    shop.commit('library', { 'lib.py': 'second' })
    const { tree, notes } = await open(join(shop.root, 'blog'))
    expect(listing(tree)).toEqual([
      '.gitmodules',
      'app.py',
      'vendor/library/.gitmodules',
      'vendor/library/lib.py',
      'vendor/library/tool (executable)',
      'vendor/library/vendor/inner/deep.py',
    ])
    expect(await textAt(tree, 'vendor/library/lib.py')).toBe('first')
    expect(await textAt(tree, 'vendor/library/vendor/inner/deep.py')).toBe('deep')
    expect(tree).toMatchObject({ commit, revision: `main (${commit.slice(0, 7)})` })
    expect(notes).toEqual([])
  })

  it('give the same tree as the folder in which they are checked out', async () => {
    shop.commit('library', { 'lib.py': 'x' })
    shop.commit('blog', { 'app.py': '' })
    addModule('blog', join(shop.root, 'library'), 'vendor/library')
    const folder = await openSource(
      { kind: 'path', path: 'blog', ignore: [] },
      { base: shop.root, cache: shop.cache, onNote: () => undefined },
    )
    expect((await open()).tree.digest).toBe(folder.digest)
  })

  it('have mirrors of their own, and are not asked again', async () => {
    shop.commit('library', { 'lib.py': 'x' })
    shop.commit('blog', { 'app.py': '' })
    const commit = addModule('blog', '../library', 'library')
    const { tree } = await open()
    expect(readdirSync(join(shop.cache, 'git'))).toHaveLength(2)
    for (const name of ['library', 'blog']) rmSync(join(shop.root, name), { recursive: true })
    const again = await open('blog', { ref: commit })
    expect(again.tree.digest).toBe(tree.digest)
    expect(await textAt(again.tree, 'library/lib.py')).toBe('x')
  })

  it('of a folder are those in it', async () => {
    shop.commit('library', { 'lib.py': '' })
    shop.commit('all', { 'blog/app.py': '', 'shop/app.py': '' })
    addModule('all', '../library', 'blog/library')
    expect(listing((await open('all', { subdirectory: 'blog' })).tree)).toEqual(['app.py', 'library/lib.py'])
  })

  it('that are left out on purpose or by mistake are named', async () => {
    shop.commit('library', { 'lib.py': '' })
    shop.commit('blog', { 'app.py': '' })
    addModule('blog', '../library', 'library')
    shop.git('blog', 'config', '--file', '.gitmodules', 'submodule.library.update', 'none')
    shop.commit('blog/stray', { 'x.py': '' })
    shop.commit('blog', {})
    const { tree, notes } = await open()
    expect(listing(tree)).toEqual(['.gitmodules', 'app.py'])
    expect(notes.sort()).toEqual([
      'library is left out: `update = none` in .gitmodules',
      'stray is left out: a repository that .gitmodules does not name',
    ])
  })

  it('that cannot be read are an error that names them', async () => {
    shop.commit('library', { 'lib.py': '' })
    shop.commit('blog', { 'app.py': '' })
    addModule('blog', '../library', 'vendor/library')
    rmSync(join(shop.root, 'library'), { recursive: true })
    const failure = (await failureOf(open())).split('\n')
    expect([failure[0], failure.at(-2)]).toEqual([
      `source ${shop.root}/library: there is no commit ${shop.git('blog', 'rev-parse', 'HEAD:vendor/library')}`,
      `  it is the submodule vendor/library of ${shop.root}/blog`,
    ])
  })

  it('do not bring folders of this machine into a project from elsewhere', async () => {
    const host = createServer((request, response) => {
      const path = new URL(request.url!, 'http://localhost').pathname
      const { status, stdout } = spawnSync('cat', [join(shop.root, path)])
      response.writeHead(status === 0 ? 200 : 404).end(stdout)
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void host.close())
    shop.commit('private', { 'diary.txt': '' })
    shop.commit('blog', { 'app.py': '' })
    addModule('blog', join(shop.root, 'private'), 'vendor')
    shop.git('blog', 'update-server-info')
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/blog/.git`
    expect(await failureOf(open(url))).toBe(
      [
        `source ${url}: its submodule vendor is a folder of this machine: ${shop.root}/private`,
        '  a repository from elsewhere does not say which folders here are deployed',
        `  it is the submodule vendor of ${url}`,
        '  try: give it the URL that others can read: git submodule set-url …',
      ].join('\n'),
    )
  })
})

describe('files of Git LFS', () => {
  const oid = '6ee0eb490ff832101cf82a3d387c35f29e4230be786978f7acf9e811febf6723'
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5\n`

  it('are named where git-lfs is not installed, and their pointers deployed', async () => {
    shop.commit('blog', { 'app.py': '', 'a.bin': pointer, 'b.bin': pointer })
    const bin = shop.write('bin', {})
    symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(bin, 'git'))
    vi.stubEnv('PATH', bin)
    const expected = [
      'Git LFS pointers are deployed as they are, without their contents: a.bin, b.bin (install git-lfs here)',
    ]
    // What the mirror remembers of them is enough the second time.
    for (const _ of [1, 2]) {
      const { tree, notes } = await open()
      expect(notes).toEqual(expected)
      expect(await textAt(tree, 'a.bin')).toBe(pointer)
    }
  })

  describe.skipIf(spawnSync('git', ['lfs', 'version']).status !== 0)('with git-lfs', () => {
    it('have their contents', async () => {
      shop.commit('blog', { 'app.py': '' })
      shop.git('blog', 'lfs', 'install', '--local')
      shop.git('blog', 'lfs', 'track', '*.bin')
      shop.commit('blog', { 'a.bin': 'large', 'b.bin': Buffer.alloc(3000, 7) })
      expect(shop.git('blog', 'cat-file', '-p', 'HEAD:a.bin')).toMatch(/^version /)
      for (const _ of [1, 2]) {
        const { tree, notes } = await open()
        expect(notes).toEqual([])
        expect(await textAt(tree, 'a.bin')).toBe('large')
        expect(tree.entries.find(({ path }) => path === 'b.bin')).toMatchObject({ size: 3000 })
        rmSync(join(shop.root, 'blog/.git/lfs'), { recursive: true, force: true })
      }
    })

    it('that nobody has pushed are an error', async () => {
      shop.commit('blog', { 'app.py': '', 'a.bin': pointer })
      const failure = (await failureOf(open())).split('\n')
      expect([failure[0], failure.at(-1)]).toEqual([
        `source ${shop.root}/blog: 1 file of Git LFS cannot be fetched`,
        '  try: git lfs fetch --all   (in a clone: does it work there, and are the files pushed?)',
      ])
    })
  })
})
