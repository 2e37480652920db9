import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { instanceMaker } from './support/instance.js'
import { fakeVenv, listAll, write } from './support/place.js'

const instance = instanceMaker()

describe('link and remove-venv', () => {
  test('links a venv without an instance, and replaces only links of ours', async () => {
    const { home, venv, call } = instance()
    const link = { home: '~/venvs', name: 'blog', venv }
    const expected = { code: 0, events: [{ event: 'linked', path: join(home, 'venvs/blog'), venv }] }
    expect(await call('link', link)).toMatchObject(expected)
    expect(await call('link', link)).toMatchObject(expected)
    expect(readlinkSync(join(home, 'venvs/blog'))).toBe(venv)
    mkdirSync(join(home, 'venvs/other'))
    expect((await call('link', { ...link, name: 'other' })).stderr).toMatch(
      /^a venv of this name exists and is not venvoy's\n/,
    )
  })

  test('neither takes the name of a serving instance nor removes its venv', async () => {
    const { home, to, venv, call, release, switchTo } = instance()
    await release()
    await switchTo(1, 0)
    const words = `the venv blog is in use by an instance\n  it serves in ${to}\n  try: remove the instance first, or choose another name\n`
    expect(await call('link', { home: '~/venvs', name: 'blog', venv })).toMatchObject({ code: 1, stderr: words })
    expect(await call('remove-venv', { home: '~/venvs', name: 'blog' })).toMatchObject({ code: 1, stderr: words })
    expect(listAll(join(home, 'venvs'))).toContain('644 .venvoy/0f3c9a1b2d4e5f60/blog/.venvoy.json')
  })

  test('removes the link and all builds of that name, but not those of others', async () => {
    const { home, venv, call } = instance()
    const venvs = join(home, 'venvs')
    const older = fakeVenv(venvs, '1111111111111111', 'blog')
    const shared = fakeVenv(venvs, '2222222222222222', 'blog')
    fakeVenv(venvs, '1111111111111111', 'shop')
    symlinkSync(shared, join(venvs, 'alias'))
    await call('link', { home: venvs, name: 'blog', venv })
    const result = await call('remove-venv', { home: '~/venvs', name: 'blog' })
    expect(result).toMatchObject({ code: 0, events: [{ event: 'removed', paths: [join(venvs, 'blog'), venv, older] }] })
    expect(listAll(venvs).filter((line) => !line.includes('lock'))).toEqual([
      '755 .venvoy/',
      '755 .venvoy/1111111111111111/',
      '755 .venvoy/1111111111111111/shop/',
      '644 .venvoy/1111111111111111/shop/.venvoy.json',
      '755 .venvoy/1111111111111111/shop/bin/',
      '644 .venvoy/1111111111111111/shop/bin/activate',
      '755 .venvoy/2222222222222222/',
      '755 .venvoy/2222222222222222/blog/',
      '644 .venvoy/2222222222222222/blog/.venvoy.json',
      '755 .venvoy/2222222222222222/blog/bin/',
      '644 .venvoy/2222222222222222/blog/bin/activate',
      '755 .venvoy/trash/',
      `alias -> ${shared}`,
    ])
  })

  test('refuses foreign venvs and names those that are there', async () => {
    const { home, call } = instance()
    write(join(home, 'venvs/class/bin/activate'), '')
    const remove = (name: string) => call('remove-venv', { home: '~/venvs', name })
    expect((await remove('class')).stderr).toMatch(/^a venv of this name exists and is not venvoy's\n/)
    expect(await remove('klass')).toMatchObject({
      code: 1,
      stderr: `there is no venv klass in ${home}/venvs\n  there are: class\n`,
    })
    expect(listAll(join(home, 'venvs/class'))).toEqual(['755 bin/', '644 bin/activate'])
  })
})
