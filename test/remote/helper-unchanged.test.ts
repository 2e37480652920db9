import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ReleaseInput } from '../../src/remote/instance-input.js'
import type { HelperTree } from '../../src/remote/venv-input.js'
import { callHelper } from './support/call.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { cachedTree, fakeVenv, releaseInput, sha256, temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const isRoot = process.getuid?.() === 0
/** To become somebody who is not root, and may read all that root may. */
const asUser = isRoot
  ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=+dac_read_search']
  : ['env']
const become = [...asUser, ...(isRoot ? ['--ambient-caps=+dac_read_search'] : [])]
const around = isRoot ? `chown -R 65534 "$HOME"; exec ${become.join(' ')} "$@"` : 'exec "$@"'

const files = { 'manage.py*': '#!/usr/bin/env python\n', 'blog/wsgi.py': 'app = 1\n', 'blog/models.py': 'm = 1\n' }

/** The manifest that a release has, and its digest. */
function manifestOf(tree: HelperTree): string {
  const rows = tree.entries.map((each) => {
    if ('target' in each) return `l ${sha256(each.target)} ${each.path}\0`
    return `${each.executable ? 'x' : 'f'} ${each.digest} ${each.path}\0`
  })
  return rows.join('')
}

function instance(python = anyPython3()) {
  const home = place()
  const venv = fakeVenv(join(home, 'venvs'), '0f3c9a1b2d4e5f60', 'blog')
  const to = join(home, 'apps/blog')
  const call = (action: string, input: unknown, by = around) => callHelper({ python, home, action, input, around: by })
  const release = (
    number: number,
    changes: Record<string, string> = {},
    more: Partial<ReleaseInput> & { to?: string; by?: string } = {},
  ) => {
    const { to: where = '~/apps/blog', by, ...rest } = more
    const tree = cachedTree(join(home, 'cache'), { ...files, ...changes })
    const input = releaseInput(where, venv, tree, { number, ...rest })
    return call('release', { ...input, receipt: { ...input.receipt, digest: sha256(manifestOf(tree)) } }, by)
  }
  const file = (number: number, path: string, of = to) => join(of, `releases/${number}/tree`, path)
  const inode = (number: number, path: string, of = to) => lstatSync(file(number, path, of)).ino
  const same = (path: string, one = 1, two = 2) => inode(one, path) === inode(two, path)
  return { home, to, venv, call, release, file, inode, same }
}

/** Bytes on the disk below a folder, each inode once. */
function diskUse(folder: string): number {
  const blocks = new Map<number, number>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const { ino, blocks: count } = lstatSync(join(entry.parentPath, entry.name))
    if (entry.isFile()) blocks.set(ino, count * 512)
  }
  return [...blocks.values()].reduce((sum, each) => sum + each, 0)
}

describe('files of a release that an earlier one has', () => {
  test.each(edgeInterpreters())('are the same on the disk, and nobody writes to them: %s', async (python) => {
    const { to, release, file, inode, same } = instance(python)
    const big = 'x'.repeat(900_000)
    expect(await release(1, { big })).toMatchObject({ code: 0, stderr: '' })
    const before = diskUse(to)
    expect(
      await release(2, { big, 'blog/models.py': 'm = 2\n', 'moved/wsgi.py': files['blog/wsgi.py'] }),
    ).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(['manage.py', 'blog/wsgi.py', 'big', 'blog/models.py'].map((path) => same(path))).toEqual([
      ...[true, true, true],
      false,
    ])
    expect(inode(2, 'moved/wsgi.py')).toBe(inode(1, 'blog/wsgi.py'))
    expect(['manage.py', 'big'].map((path) => statSync(file(2, path)).mode & 0o7777)).toEqual([0o555, 0o444])
    // The manifest, the settings and one file of a few bytes are new.
    expect(diskUse(to) - before).toBeLessThan(50_000)
    const written = spawnSync(become[0]!, [...become.slice(1), 'sh', '-c', `echo x >>${file(2, 'big')}`])
    expect([written.status, String(written.stderr)]).toEqual([2, expect.stringContaining('Permission denied')])
  })

  test('are no longer that once somebody has written to one, changed its mode, or put another in its place', async () => {
    const { to, release, file, same, call } = instance()
    await release(1)
    for (const path of ['manage.py', 'blog/wsgi.py']) chmodSync(file(1, path), 0o644)
    write(file(1, 'blog/wsgi.py'), 'app = 7\n')
    chmodSync(file(1, 'blog/wsgi.py'), 0o444)
    rmSync(file(1, 'blog/models.py'))
    symlinkSync('wsgi.py', file(1, 'blog/models.py'))
    expect((await release(2)).code).toBe(0)
    expect(Object.keys(files).map((path) => same(path.replace('*', '')))).toEqual([false, false, false])
    expect(readFileSync(file(2, 'blog/wsgi.py'), 'utf8')).toBe(files['blog/wsgi.py'])
    const verified = await call('verify', { instances: [{ instance: 'a', release: join(to, 'releases/1') }] })
    expect(verified.events[0]).toMatchObject({
      drift: [{ counts: { changed: 1, link: 1, mode: 1 } }],
    })
    const second = await call('verify', { instances: [{ instance: 'a', release: join(to, 'releases/2') }] })
    expect(second.events[0]).toMatchObject({ files: 3, drift: [] })
  })

  test('are copied where they were shared, of another instance, and for root', async () => {
    const { home, to, release, inode, file } = instance()
    await release(1, {}, { shared: ['blog/'] })
    // What is shared can be written to, as before.
    expect(statSync(join(to, 'shared/blog/wsgi.py')).mode & 0o777).toBe(0o644)
    chmodSync(join(to, 'shared/blog/wsgi.py'), 0o444)
    await release(2)
    expect(inode(2, 'blog/wsgi.py')).not.toBe(statSync(join(to, 'shared/blog/wsgi.py')).ino)
    await release(1, {}, { to: '~/apps/other' })
    expect(inode(1, 'manage.py', join(home, 'apps/other'))).not.toBe(inode(1, 'manage.py'))
    if (!isRoot) return
    await release(3, {}, { by: 'chown -R 0 "$HOME"; exec "$@"' })
    expect([inode(3, 'manage.py') === inode(2, 'manage.py'), statSync(file(3, 'manage.py')).mode & 0o777]).toEqual([
      false,
      0o555,
    ])
  })

  test('are each release’s own, to be written to, where that is said', async () => {
    const { release, file, same } = instance()
    await release(1, {}, { writable: true })
    await release(2, {}, { writable: true })
    expect([same('manage.py'), statSync(file(2, 'manage.py')).mode & 0o777]).toEqual([false, 0o755])
    await release(3)
    await release(4)
    expect([same('manage.py', 2, 3), same('manage.py', 3, 4)]).toEqual([false, true])
  })

  test('stay the same when a release gets another venv, and what a program has put beside them is copied', async () => {
    const { to, venv, release, file, same, call } = instance()
    await release(1)
    write(file(1, 'blog/state.json'), '{}')
    const input = { to, number: 2, from: 1, venv, by: 'ann@laptop', generation: 0 }
    expect(await call('renew-release', input)).toMatchObject({ code: 0, stderr: '' })
    expect([same('manage.py'), same('blog/wsgi.py'), same('blog/state.json')]).toEqual([true, true, false])
    expect(readFileSync(file(2, 'blog/state.json'), 'utf8')).toBe('{}')
  })

  test.each(edgeInterpreters())('are copies that share blocks where the file system can: %s', async (python) => {
    const { home, release, file, same } = instance(python)
    const shim = resolve('test/remote/support/clones.py')
    const by = around.replace('"$@"', `"$1" ${shim} "$3" "$4"`)
    expect(await release(1, {}, { by })).toMatchObject({ code: 0, stderr: '' })
    await release(2, {}, { by })
    expect([same('manage.py'), same('blog/wsgi.py')]).toEqual([false, false])
    expect(readFileSync(file(2, 'blog/wsgi.py'), 'utf8')).toBe(files['blog/wsgi.py'])
    const cloned = readFileSync(join(home, 'cloned'), 'utf8').trim().split('\n')
    // One of each release shows whether it can be done.
    expect([...new Set(cloned)].sort()).toEqual(['manage.py', 'models.py', 'wsgi.py'])
  })
})
