import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { runText } from '../../src/operations/settings.js'
import { isAlive, until } from '../support/processes.js'
import { callHelper } from './support/call.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { fakeVenv, temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(-pid, 'SIGKILL')
})

/** An instance whose release has one service, kept by a pid file. */
function instance(script: string, { python = anyPython3(), ...changes }: { python?: string; all?: boolean } = {}) {
  const home = place()
  const to = join(home, 'app')
  const release = join(to, 'releases/1')
  const entry = { ...{ name: 'web', manager: 'pidfile', unit: '', text: '' }, signal: 'TERM', timeout: 0.5, all: false }
  write(join(release, 'services.json'), JSON.stringify({ v: 1, services: [{ ...entry, ...changes }] }))
  write(join(release, 'services/web'), script)
  write(join(release, 'env'), '')
  write(join(release, 'tree/x'), '')
  symlinkSync(fakeVenv(join(home, 'venvs'), '0f3c9a1b2d4e5f60', 'blog'), join(release, 'venv'))
  mkdirSync(join(to, '.venvoy'))
  symlinkSync('releases/1', join(to, 'current'))
  writeFileSync(join(to, 'run'), runText(to), { mode: 0o755 })
  const note = join(to, '.venvoy/services/web')
  const pid = () => Number(readFileSync(note, 'utf8').split(' ')[0])
  const act = async (verb: string) => {
    const said = await callHelper({ python, home, action: 'services', input: { to, instance: 'staging', verb } })
    if (said.code === 0 && verb !== 'stop') started.push(pid())
    return said
  }
  /** A health check of a port that nobody listens on. */
  const check = (within: number) =>
    callHelper({ python, home, action: 'health', input: { to, within, every: 0.05, tcp: ['127.0.0.1', 1] } })
  return { to, note, pid, act, check }
}

describe('services kept by pid files', () => {
  test.each(edgeInterpreters())('start, start anew and stop, each as a group: %s', async (python) => {
    const { pid, act } = instance('sleep 100 & exec sleep 100', { python })
    expect(await act('apply')).toMatchObject({ code: 0, stderr: '', events: [{ event: 'services', names: ['web'] }] })
    const first = pid()
    expect((await act('apply')).code).toBe(0)
    expect([isAlive(first), isAlive(pid())]).toEqual([false, true])
    const second = pid()
    expect(await act('stop')).toMatchObject({ code: 0, stderr: '' })
    await until('nothing of its group is left', () => !groupIsThere(second))
  })

  test('one that does not listen is killed, with all that it has started', async () => {
    const { pid, act } = instance("trap '' TERM; sleep 100 & while :; do sleep 0.1; done")
    expect((await act('apply')).code).toBe(0)
    const own = pid()
    expect((await act('stop')).code).toBe(0)
    expect(groupIsThere(own)).toBe(false)
  })

  test.each(edgeInterpreters())(
    'a health check does not wait for what has ended, and shows why: %s',
    async (python) => {
      const { pid, act, check } = instance('sleep 1.2; echo "kein Platz für mehr"; exit 3', { python })
      expect((await act('apply')).code).toBe(0)
      await until('it has ended', () => !isAlive(pid()))
      const { code, stderr } = await check(500)
      expect([code, stderr]).toEqual([
        1,
        'its services have ended: the connection failed: Connection refused\n  service web has ended; it said last:\n    kein Platz für mehr\n',
      ])
    },
  )

  test('a health check says nothing of what runs', async () => {
    const { act, check } = instance('echo "all is well"; exec sleep 100')
    expect((await act('apply')).code).toBe(0)
    expect((await check(0.1)).stderr).toBe('not within 0.1 s: the connection failed: Connection refused\n')
  })

  test('what only looks like it is left alone: another process with its number', async () => {
    const { note, pid, act } = instance('exec sleep 100')
    expect((await act('apply')).code).toBe(0)
    const own = pid()
    const [, , ...rest] = readFileSync(note, 'utf8').split(' ')
    writeFileSync(note, [own, '1', ...rest].join(' '))
    expect((await act('stop')).code).toBe(0)
    expect(isAlive(own)).toBe(true)
  })

  test('one that ends at once is a failure with what it said last, in the ten lines that are shown of it', async () => {
    const { code, stderr } = await instance('seq 20; echo "no database" >&2; exit 3').act('apply')
    expect([code, stderr]).toEqual([
      1,
      `service web does not run: its process ended within a second of its start
  what it said last:
${[15, 16, 17, 18, 19, 20].map((number) => `    ${number}\n`).join('')}    no database
  try: venvoy logs staging --service web
`,
    ])
  })

  test('one whose env ends the script starts nothing, and that is said', async () => {
    const { to, act } = instance('exec sleep 100')
    writeFileSync(join(to, 'releases/1/env'), 'exit 4\n')
    const { code, stderr } = await act('apply')
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      'service web does not run: no new process has begun in release 1',
    ])
  })
})

/** What has ended and nobody has asked about is no process any more. */
function groupIsThere(pid: number): boolean {
  try {
    process.kill(-pid, 0)
  } catch {
    return false
  }
  return isAlive(pid)
}
