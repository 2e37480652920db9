import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callHelper } from '../remote/support/call.js'
import { contents } from '../remote/support/contents.js'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { thinVenvs } from '../remote/support/locked.js'
import { temporaryFolders, write } from '../remote/support/place.js'

const place = temporaryFolders()
const python = describePython(anyPython3())
const one = '1111111111111111'
const two = '2222222222222222'

/** A home with three venvs: `a` and `b` on the packages `one`, `c` on `two`; and a call that prunes it. */
async function setting() {
  const home = place()
  const venvs = thinVenvs(home, python)
  for (const [name, fingerprint] of [
    ['a', one],
    ['b', one],
    ['c', two],
  ] as const)
    await venvs.build(name, { fingerprint })
  const { store } = venvs
  const paths = {
    ...{ a: join(store, one, 'a'), b: join(store, one, 'b'), c: join(store, two, 'c') },
    ...{ one: join(store, `base-${one}`), two: join(store, `base-${two}`) },
  }
  const prune = async (more: object = {}) => {
    const input = { home: '~/venvs', instances: ['~/apps/blog'], now: true, dry: false, ...more }
    const { code, events, stderr } = await callHelper({ python: python.path, home, action: 'prune', input })
    const notes = events.flatMap((event) => (event.event === 'note' ? [event.text] : []))
    return { code, stderr, lines: notes.map((text) => text.replaceAll(store, '').replace(/ \(.*\)/, '')) }
  }
  const there = () => Object.entries(paths).flatMap(([name, path]) => (existsSync(path) ? [name] : []))
  return { home, store, ...paths, prune, there }
}

test('what is linked stays, by whatever link, with all beneath it', async () => {
  const { home, a, c, prune, there } = await setting()
  mkdirSync(join(home, 'apps/blog/releases/3'), { recursive: true })
  symlinkSync(a, join(home, 'apps/blog/releases/3/venv'))
  symlinkSync(c, join(home, 'venvs/c'))
  const dry = await prune({ dry: true })
  expect([dry.lines, there()]).toEqual([[`would remove /${one}/b`], ['a', 'b', 'c', 'one', 'two']])
  expect(await prune()).toEqual({ code: 0, stderr: '', lines: [`removed /${one}/b`] })
  expect(there()).toEqual(['a', 'c', 'one', 'two'])
  expect((await prune()).lines).toEqual(['nothing to remove'])
})

test('what is younger than a day stays, unless that does not matter', async () => {
  const { a, prune, there } = await setting()
  expect((await prune({ now: false })).lines).toEqual(['nothing to remove'])
  const yesterday = Date.now() / 1000 - 25 * 3600
  utimesSync(join(a, '.venvoy.json'), yesterday, yesterday)
  expect((await prune({ now: false })).lines).toEqual([`removed /${one}/a`])
  expect((await prune()).lines.length).toBe(5)
  expect(there()).toEqual([])
})

test('so many of a name stay, the newest, and what is linked', async () => {
  const { home, a, b, c, prune, there } = await setting()
  const hoursAgo = (hours: number) => Date.now() / 1000 - hours * 3600
  const two = join(b, '../../3333333333333333/a')
  const python = describePython(anyPython3())
  await thinVenvs(home, python).build('a', { fingerprint: '3333333333333333' })
  for (const [venv, hours] of [
    [a, 60],
    [b, 50],
    [c, 40],
    [two, 30],
  ] as const)
    utimesSync(join(venv, '.venvoy.json'), hoursAgo(hours), hoursAgo(hours))
  const own = { now: false, keep: { a: 1 }, only: ['a'] }
  symlinkSync(a, join(home, 'venvs/linked'))
  expect((await prune(own)).lines).toEqual([])
  rmSync(join(home, 'venvs/linked'))
  expect((await prune(own)).lines).toEqual([`removed /${one}/a`])
  expect([existsSync(two), there()]).toEqual([true, ['b', 'c', 'one', 'two']])
  expect((await prune({ keep: { b: 2 }, now: false })).lines.slice(0, 2)).toEqual([
    'removed /2222222222222222/c',
    'removed /3333333333333333/a',
  ])
  expect(there().slice(0, 2)).toEqual(['b', 'one'])
})

test('what a process uses stays, with its packages', async () => {
  const { a, prune, there } = await setting()
  const running = spawn(join(a, 'bin/python'), ['-c', 'import words, sys; print(1, flush=True); sys.stdin.read()'])
  try {
    await once(running.stdout, 'data')
    const { lines } = await prune()
    expect(lines.at(-1)).toBe(`kept: /${one}/a is in use by process ${running.pid}`)
    expect(there()).toEqual(['a', 'one'])
  } finally {
    running.kill('SIGKILL')
    await once(running, 'close')
  }
  await prune()
  expect(there()).toEqual([])
})

test('what is not ours, or has no receipt, is never touched', async () => {
  const { home, store, prune } = await setting()
  for (const path of ['venvs/by-hand/bin/python', 'venvs/.venvoy/notes/x', `venvs/.venvoy/${one}/other/pyvenv.cfg`])
    write(join(home, path), '')
  write(join(store, 'base-3333333333333333/pyvenv.cfg'), '')
  write(join(store, 'history/a'), '1\n')
  await prune()
  const left = contents(join(home, 'venvs')).map((line) => JSON.parse(line)[0])
  expect(left.filter((path) => !path.includes('/lock/')).sort()).toEqual([
    `.venvoy/${one}/other/pyvenv.cfg`,
    '.venvoy/base-3333333333333333/pyvenv.cfg',
    '.venvoy/history/a',
    '.venvoy/notes/x',
    'by-hand/bin/python',
  ])
})
