import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { instanceMaker } from './support/instance.js'
import { edgeInterpreters } from './support/interpreters.js'
import { fakeVenv, write } from './support/place.js'

const instance = instanceMaker()

/** An instance whose second release serves with another venv than the first one's; both have an interpreter that says yes. */
async function withTwo(interpreter?: string) {
  const made = instance(interpreter)
  const other = fakeVenv(join(made.home, 'venvs'), '1111111111111111', 'blog')
  for (const venv of [made.venv, other]) {
    write(join(venv, 'bin/python'), '#!/bin/sh\nexit 0\n')
    chmodSync(join(venv, 'bin/python'), 0o755)
  }
  await made.release()
  await made.switchTo(1, 0)
  await made.release({ number: 2, generation: 1, venv: other })
  await made.switchTo(2, 1)
  const renew = (more: object = {}) =>
    made.call('renew-release', {
      to: made.to,
      number: 3,
      from: 2,
      venv: made.venv,
      by: 'bob@desk',
      generation: 2,
      ...more,
    })
  const tree = (number: number, path = '') => join(made.to, `releases/${number}/tree`, path)
  return { ...made, other, renew, tree }
}

describe('a release with an earlier venv', () => {
  test.each(edgeInterpreters())('has the same files, of its own, and serves by the same rename: %s', async (python) => {
    const { to, venv, call, renew, tree } = await withTwo(python)
    write(tree(2, 'static/app.css'), 'made by a command')
    symlinkSync('static', tree(2, 'assets'))
    utimesSync(tree(2, 'manage.py'), 1e9, 1e9)
    expect(await renew()).toMatchObject({
      code: 0,
      stderr: '',
      events: [{ event: 'release', path: `${to}/releases/3` }],
    })
    expect(readdirSync(tree(3)).sort()).toEqual(readdirSync(tree(2)).sort())
    expect([readFileSync(tree(3, 'static/app.css'), 'utf8'), readlinkSync(tree(3, 'assets'))]).toEqual([
      'made by a command',
      'static',
    ])
    const [old, now] = [statSync(tree(2, 'manage.py')), statSync(tree(3, 'manage.py'))]
    expect([now.mode, now.mtimeMs, now.ino === old.ino]).toEqual([old.mode, old.mtimeMs, false])
    const receipt = JSON.parse(readFileSync(join(to, 'releases/3/release.json'), 'utf8'))
    const before = JSON.parse(readFileSync(join(to, 'releases/2/release.json'), 'utf8'))
    expect(receipt).toEqual({
      ...before,
      ...{ number: 3, venv, fingerprint: '0f3c9a1b2d4e5f60', created: receipt.created, by: 'bob@desk' },
    })
    await call('switch', { to, number: 3, generation: 2, home: '~/venvs', name: 'blog', how: 'venv-rollback', by: 'b' })
    expect([readlinkSync(join(to, 'current')), readlinkSync(join(to, 'current/venv'))]).toEqual(['releases/3', venv])
    expect([2, 3].map((number) => existsSync(join(to, `releases/${number}/left`)))).toEqual([true, false])
    const [line] = readFileSync(join(to, '.venvoy/history'), 'utf8').trim().split('\n').slice(-1)
    expect(JSON.parse(line!)).toMatchObject({ how: 'venv-rollback', from: 2, to: 3, venv: '0f3c9a1b2d4e5f60' })
  })

  test('leaves out the socket of a process that runs', async () => {
    const { renew, tree } = await withTwo()
    const server = createServer().listen(tree(2, 'app.sock'))
    try {
      expect((await renew()).code).toBe(0)
      expect([lstatSync(tree(2, 'app.sock')).isSocket(), existsSync(tree(3, 'app.sock'))]).toEqual([true, false])
    } finally {
      server.close()
    }
  })

  test.each<[string, object, (at: { to: string; venv: string }) => void, string]>([
    ['the state has moved', { generation: 1 }, () => undefined, 'the state has moved since the plan'],
    ['its number is taken', { number: 1 }, () => undefined, 'release 1 exists already'],
    ['the venv has no receipt', {}, ({ venv }) => rmSync(join(venv, '.venvoy.json')), 'there is no whole venv at VENV'],
    [
      'what serves has no receipt',
      {},
      ({ to }) => rmSync(join(to, 'releases/2/release.json')),
      'release 2 is not whole',
    ],
  ])('is refused where %s', async (_, more, spoil, message) => {
    const made = await withTwo()
    spoil(made)
    const { code, stderr } = await made.renew(more)
    expect([code, stderr.split('\n')[0]!.replace(made.venv, 'VENV')]).toEqual([1, message])
    expect(readlinkSync(join(made.to, 'current'))).toBe('releases/2')
  })
})

describe('a venv that is to come back', () => {
  test.each(edgeInterpreters())('is looked at: %s', async (interpreter) => {
    const { venv, call } = await withTwo(interpreter)
    expect(await call('check-venv', { venv })).toMatchObject({ code: 0, events: [{ event: 'checked', path: venv }] })
    write(join(venv, 'bin/python'), '#!/bin/sh\necho no such library\nexit 3\n')
    expect((await call('check-venv', { venv })).stderr).toBe(
      `the venv at ${venv} does not run: its Python ended with exit code 3\n  no such library\n` +
        '  try: deploy instead: that builds a new venv\n',
    )
  })

  test('needs its packages', async () => {
    const { home, venv, call } = await withTwo()
    write(join(venv, '.venvoy.json'), JSON.stringify({ v: 1, base: join(home, 'gone') }))
    expect((await call('check-venv', { venv })).stderr).toMatch(/^there is no whole venv at .*\/gone\n/)
  })
})

describe('the link of a venv without a release', () => {
  const lines = (home: string) => readFileSync(join(home, 'venvs/.venvoy/history/blog'), 'utf8').trim().split('\n')

  test('has a journal', async () => {
    const { home, venv, call } = instance()
    const other = fakeVenv(join(home, 'venvs'), '1111111111111111', 'blog')
    const link = { home: '~/venvs', name: 'blog' }
    await call('link', { ...link, venv, expected: null, noted: { how: 'create', by: 'ann@laptop' } })
    await call('link', { ...link, venv: other, expected: venv, noted: { how: 'venv-rollback', by: 'bob@desk' } })
    expect(lines(home).map((line) => ({ ...JSON.parse(line), when: '' }))).toEqual([
      { v: 1, when: '', how: 'create', venv: '0f3c9a1b2d4e5f60', by: 'ann@laptop' },
      { v: 1, when: '', how: 'venv-rollback', venv: '1111111111111111', by: 'bob@desk' },
    ])
    await call('remove-venv', link)
    expect(existsSync(join(home, 'venvs/.venvoy/history/blog'))).toBe(false)
  })

  test('is not turned where somebody else has turned it since', async () => {
    const { home, venv, call } = instance()
    const other = fakeVenv(join(home, 'venvs'), '1111111111111111', 'blog')
    const third = fakeVenv(join(home, 'venvs'), '2222222222222222', 'blog')
    const link = { home: '~/venvs', name: 'blog' }
    await call('link', { ...link, venv })
    const { code, stderr } = await call('link', { ...link, venv: third, expected: other })
    expect([code, stderr.split('\n')[0]]).toEqual([1, 'the state has moved since the plan'])
    expect(readlinkSync(join(home, 'venvs/blog'))).toBe(venv)
  })
})
