import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ssh } from '../../src/transport/ssh.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'
import { hostSpec, runOn } from '../support/ssh.js'
import { sshTests } from '../support/ssh-tests.js'

const ssh = sshTests()
let proxy: CountingProxy

beforeAll(async () => {
  proxy = await startProxy(ssh.sshd.port, { delayMs: 30 })
})
afterAll(() => proxy.stop())
beforeEach(() => proxy.reset())

const host = () => hostSpec('web1', { port: proxy.port })

describe('round trips from the TCP handshake to the first output', () => {
  /** How many there were when the first output arrived, and how the host was entered. */
  async function firstOutput(ssh: Ssh) {
    const connection = await ssh.connect(host())
    const seen = await new Promise<number>((resolve, reject) => {
      connection
        .open('cat; echo done', Buffer.from('early\n'), () => resolve(proxy.roundTrips()))
        .then((channel) => channel.end(), reject)
    })
    return { roundTrips: seen, login: connection.login }
  }

  test('are 8 when nothing is known about the host', async () => {
    expect(await firstOutput(ssh.start())).toEqual({ roundTrips: 8, login: 'publickey id_ed25519' })
  })

  test('are 5 when the key of last time is signed at once', async () => {
    const first = ssh.start()
    await first.connect(host())
    first.close()
    proxy.reset()
    expect(await firstOutput(ssh.start())).toEqual({ roundTrips: 5, login: 'publickey id_ed25519 (fast)' })
  })

  test('are 8 again with VENVOY_FAST_LOGIN=0', async () => {
    const first = ssh.start()
    await first.connect(host())
    first.close()
    proxy.reset()
    const slow = ssh.start({ env: { VENVOY_FAST_LOGIN: '0' } })
    expect(await firstOutput(slow)).toEqual({ roundTrips: 8, login: 'publickey id_ed25519' })
  })
})

test('what is known for the next login is private and holds no key', async () => {
  const first = ssh.start()
  await first.connect(host())
  first.close()
  expect(statSync(ssh.here.stateFile).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(ssh.here.stateFile)).mode & 0o777).toBe(0o700)
  const { logins } = JSON.parse(readFileSync(ssh.here.stateFile, 'utf8')) as { logins: Record<string, object> }
  expect(Object.keys(logins)).toEqual([`${ssh.sshd.user}@127.0.0.1:${proxy.port}`])
  for (const value of Object.values(logins[`${ssh.sshd.user}@127.0.0.1:${proxy.port}`]!)) {
    expect(value).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  }
})

test('a run in which nothing is learnt writes nothing', async () => {
  ssh.start().close()
  expect(existsSync(ssh.here.stateFile)).toBe(false)
})

test('a command gives its output, its errors and its code', async () => {
  const connection = await ssh.start().connect(host())
  expect(await runOn(connection, 'cat; echo "$HOME" >&2; exit 7', 'hello')).toEqual({
    stdout: 'hello',
    stderr: `${ssh.sshd.home}\n`,
    code: 7,
  })
})
