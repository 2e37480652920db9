import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contents } from './support/contents.js'
import { instanceMaker } from './support/instance.js'
import { edgeInterpreters } from './support/interpreters.js'
import { write } from './support/place.js'

const instance = instanceMaker()

/** An instance with two releases, of which the second serves, and an interpreter in its venv that says yes. */
async function withTwo(interpreter?: string) {
  const made = instance(interpreter)
  write(join(made.venv, 'bin/python'), '#!/bin/sh\nexit 0\n')
  chmodSync(join(made.venv, 'bin/python'), 0o755)
  await made.release()
  await made.switchTo(1, 0)
  await made.release({ number: 2, generation: 1 })
  await made.switchTo(2, 1)
  const rollBack = (number: number, generation: number) =>
    made.call('switch', { to: made.to, number, generation, home: '~/venvs', name: 'blog', how: 'rollback' })
  const check = (number: number, generation = 2) => made.call('check-release', { to: made.to, number, generation })
  const isLeft = (number: number) => existsSync(join(made.to, `releases/${number}/left`))
  return { ...made, rollBack, check, isLeft }
}

describe('retire', () => {
  test.each(edgeInterpreters())(
    'removes what is named, whole or not, but never what serves: %s',
    async (interpreter) => {
      const { to, call } = await withTwo(interpreter)
      write(join(to, 'releases/3/tree/half'), '')
      chmodSync(join(to, 'releases/3/tree'), 0o500)
      const result = await call('retire', { to, numbers: [1, 2, 3, 9] })
      expect(result).toMatchObject({
        code: 0,
        stderr: '',
        events: [{ event: 'removed', paths: [`${to}/releases/1`, `${to}/releases/3`] }],
      })
      expect(readdirSync(join(to, 'releases'))).toEqual(['2'])
      expect(readdirSync(join(to, '.venvoy')).sort()).toEqual(['generation', 'history', 'state.lock', 'unsettled'])
    },
  )

  test('removes what a killed one left, too', async () => {
    const { to, call } = await withTwo()
    write(join(to, '.venvoy/trash/1.2.3/tree/x'), '')
    expect((await call('retire', { to, numbers: [1] })).code).toBe(0)
    expect(existsSync(join(to, '.venvoy/trash'))).toBe(false)
  })
})

describe('a switch back', () => {
  const back = (to: string, number: number, more: object = { back: 1 }) => ({
    ...{ to, number, generation: 1, home: '~/venvs', name: 'blog', by: 'ann@laptop' },
    ...more,
  })
  // The number of the process that had it last stands in the lock.
  const held = (to: string) => contents(to).filter((line) => !line.includes('state.lock'))
  const noted = (to: string) =>
    ['failed', 'unsettled'].map((name) => {
      const path = join(to, name === 'failed' ? 'releases/2/failed' : '.venvoy/unsettled')
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined
    })

  test.each(edgeInterpreters())('turns the link, and marks what failed: %s', async (interpreter) => {
    const { to, call } = await withTwo(interpreter)
    expect(noted(to)).toEqual([undefined, '2\n'])
    expect(await call('switch-back', back(to, 2))).toMatchObject({
      code: 0,
      stderr: '',
      events: [{ event: 'switched', from: 2, to: 1 }],
    })
    expect([readlinkSync(join(to, 'current')), noted(to)]).toEqual(['releases/1', ['', '1\n']])
    expect(readFileSync(join(to, '.venvoy/generation'), 'utf8')).toBe('3\n')
    const [last] = readFileSync(join(to, '.venvoy/history'), 'utf8').trimEnd().split('\n').slice(-1)
    expect(JSON.parse(last!)).toMatchObject({ count: 3, how: 'switch back', from: 2, to: 1, by: 'ann@laptop' })
  })

  test('does nothing where the switch has not happened', async () => {
    const { to, call, rollBack } = await withTwo()
    await rollBack(1, 2)
    const before = held(to)
    expect(await call('switch-back', back(to, 2))).toMatchObject({ code: 0, stderr: '' })
    expect(held(to)).toEqual(before)
  })

  test('marks what stays where nothing served before', async () => {
    const { to, call } = await withTwo()
    expect(await call('switch-back', back(to, 2, {}))).toMatchObject({ code: 0, stderr: '' })
    expect([readlinkSync(join(to, 'current')), noted(to)]).toEqual(['releases/2', ['', '2\n']])
  })

  test('turns the link even where nothing can be written, and says so', async () => {
    const { to, call } = await withTwo()
    const around = 'trap "" XFSZ; ulimit -f 0; exec "$@"'
    const done = await call('switch-back', back(to, 2), around)
    expect([done.code, done.stderr.split('\n')[0], readlinkSync(join(to, 'current'))]).toEqual([
      1,
      'release 1 serves, but that could not be noted',
      'releases/1',
    ])
  })
})

describe('a rollback', () => {
  test.each(edgeInterpreters())('turns the same link, and marks what it leaves: %s', async (interpreter) => {
    const { to, check, rollBack, switchTo, isLeft } = await withTwo(interpreter)
    expect(await check(1)).toMatchObject({
      code: 0,
      stderr: '',
      events: [{ event: 'checked', path: `${to}/releases/1` }],
    })
    expect((await rollBack(1, 2)).events).toEqual([{ event: 'switched', from: 2, to: 1 }])
    expect([readlinkSync(join(to, 'current')), isLeft(1), isLeft(2)]).toEqual(['releases/1', false, true])
    expect((await switchTo(2, 3)).events).toEqual([{ event: 'switched', from: 1, to: 2 }])
    expect([isLeft(1), isLeft(2)]).toEqual([false, false])
    // Forward again: what that leaves may be gone back to.
    expect((await rollBack(1, 4)).code).toBe(0)
    expect((await rollBack(2, 5)).code).toBe(0)
    expect([isLeft(1), isLeft(2)]).toEqual([false, false])
  })

  test.each<[string, (at: { to: string; venv: string }) => void, string]>([
    [
      'has no receipt',
      ({ to }) => rmSync(join(to, 'releases/1/release.json')),
      'release 1 is not whole\n  TO/releases/1 has no release.json\n  try: deploy again\n',
    ],
    [
      'has lost its venv',
      ({ to }) => {
        rmSync(join(to, 'releases/1/venv'))
        symlinkSync('/gone', join(to, 'releases/1/venv'))
      },
      'there is no whole venv at TO/releases/1/venv\n  try: run the same command again\n',
    ],
    [
      'has a venv that does not run',
      ({ venv }) => write(join(venv, 'bin/python'), '#!/bin/sh\necho no such library\nexit 3\n'),
      'the venv of release 1 does not run: its Python ended with exit code 3\n  no such library\n' +
        '  try: deploy instead: that builds a new venv\n',
    ],
  ])('is refused before the switch where the release %s', async (_, spoil, message) => {
    const made = await withTwo()
    spoil(made)
    const { code, stderr } = await made.check(1)
    expect([code, stderr.replaceAll(made.to, 'TO')]).toEqual([1, message])
  })

  test('is refused where the state has moved', async () => {
    const { check } = await withTwo()
    expect((await check(1, 1)).stderr.split('\n')[0]).toBe('the state has moved since the plan')
  })

  test('a switch to a release whose venv is gone is refused, and what serves stays', async () => {
    const { to, venv, rollBack } = await withTwo()
    rmSync(join(venv, '.venvoy.json'))
    expect((await rollBack(1, 2)).code).toBe(1)
    expect(readlinkSync(join(to, 'current'))).toBe('releases/2')
  })
})
