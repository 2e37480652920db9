import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callHelper } from './support/call.js'
import { instanceMaker } from './support/instance.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { write } from './support/place.js'

const instance = instanceMaker()
const noFlock = resolve('test/remote/support/no_flock.py')

/** Calls one after the other, each with what the runner gives it; `gone`: the runner of those before is gone. */
const calls = (...whats: readonly ('call' | 'gone')[]): string =>
  [
    'input=$(cat)',
    'open() { export VENVOY_HOLD="$HOME/hold$$.$1"; mkfifo "$VENVOY_HOLD"; exec 5<>"$VENVOY_HOLD"; }',
    'open 0',
    ...whats.map((what, i) =>
      what === 'call' ? 'printf %s "$input" | "$@" 5<&-; echo "code $?"' : `exec 5<&-; open ${i + 1}`,
    ),
  ].join('\n')

const lock = (python: string, home: string, around: string, more = {}) =>
  callHelper({
    python,
    home,
    action: 'lock',
    input: {
      to: '~/apps/blog',
      instance: 'blog',
      by: 'ann@laptop',
      command: 'deploy',
      wait: 0,
      generation: 0,
      ...more,
    },
    around,
  })

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g

describe('the deploy lock', () => {
  test.each(edgeInterpreters())(
    'outlives the call that takes it, and ends with the runner: %s',
    async (interpreter) => {
      const { home, to } = instance(interpreter)
      const { stdout, stderr } = await lock(interpreter, home, calls('call', 'call'))
      expect([stdout, stderr.replace(time, 'TIME')]).toEqual([
        'code 0\ncode 75\n',
        'it is being deployed by ann@laptop since TIME (venvoy deploy)\n',
      ])
      const who = readFileSync(join(to, '.venvoy/lock'), 'utf8')
      expect(JSON.parse(who)).toMatchObject({ by: 'ann@laptop', command: 'deploy' })
      const again = await lock(interpreter, home, calls('gone', 'call', 'gone', 'call'), { wait: 10 })
      expect([again.stdout, again.stderr]).toEqual(['code 0\ncode 0\n', ''])
    },
  )

  test.each(edgeInterpreters())(
    'is held by a file of the host where the file system has no locks: %s',
    async (interpreter) => {
      const { home, to } = instance(interpreter)
      mkdirSync(join(home, 'local'))
      const without = calls('call', 'call', 'gone', 'call').replaceAll(
        '"$@"',
        `"$1" ${noFlock} "${to}" "$HOME/local" "$3" "$4"`,
      )
      const { stdout, stderr, events } = await lock(interpreter, home, without)
      expect([stdout, stderr.replace(time, 'TIME')]).toEqual([
        'code 0\ncode 75\ncode 0\n',
        'it is being deployed by ann@laptop since TIME (venvoy deploy)\n',
      ])
      const text = `${to}/.venvoy/lock cannot be locked: a lock in ${home}/local/venvoy-${process.getuid?.()} keeps deploys on this host apart, but no others`
      expect(events).toEqual([1, 2].map(() => ({ event: 'note', level: 'info', text })))
    },
  )

  test('is taken also where the state has moved, so that what is planned next holds', async () => {
    const { home, to } = instance()
    write(join(to, '.venvoy/generation'), '3\n')
    const { stdout, stderr } = await lock(anyPython3(), home, calls('call', 'call'))
    expect([stdout, stderr.split('\n')[0]]).toEqual(['code 76\ncode 75\n', 'the state has moved since the plan'])
  })

  test('says that it waits, and for whom', async () => {
    const { home } = instance()
    const { events, stdout } = await lock(anyPython3(), home, calls('call', 'call'), { wait: 0.5 })
    expect([stdout, events.map((event) => ('text' in event ? event.text.replace(time, 'TIME') : event.event))]).toEqual(
      ['code 0\ncode 75\n', ['blog: waiting for ann@laptop since TIME (venvoy deploy)']],
    )
  })

  test('is not taken in a folder that is not ours', async () => {
    const { home, to } = instance()
    write(join(to, 'precious'), 'mine')
    expect((await lock(anyPython3(), home, calls('call'))).stderr).toContain("is not an instance of venvoy's")
  })

  test.each([
    [{ by: 'bob@desk', since: '2027-01-15T07:00:00Z' }, 'code 75\n', ''],
    [
      { by: 'bob@desk', since: '2027-01-15T07:00:00Z', reason: 'büro', until: '2099-01-01T00:00:00Z' },
      'code 75\n',
      '  reason: büro\n  until 2099-01-01T00:00:00Z\n',
    ],
    [{ by: 'bob@desk', since: '2020-01-15T07:00:00Z', until: '2020-01-01T00:00:00Z' }, 'code 0\n', undefined],
  ])('respects a hold: %j', async (hold, code, why) => {
    const { home, to } = instance()
    write(join(to, '.venvoy/generation'), '0\n')
    writeFileSync(join(to, '.venvoy/hold'), `${JSON.stringify(hold)}\n`)
    const { stdout, stderr } = await lock(anyPython3(), home, calls('call'))
    const said = `deploys are held by bob@desk since 2027-01-15T07:00:00Z\n${why}  try: venvoy deploy-lock release blog\n`
    expect([stdout, stderr]).toEqual([code, why === undefined ? '' : said])
  })
})
