import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ssh } from '../../src/transport/ssh.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'
import { type ControlSide, controlSide, hostSpec, runOn } from '../support/ssh.js'
import { type Sshd, startSshd } from '../support/sshd.js'

let sshd: Sshd
let proxy: CountingProxy
let here: ControlSide
const runs: Ssh[] = []

beforeAll(async () => {
  sshd = await startSshd({ shell: 'dash' })
  proxy = await startProxy(sshd.port, { delayMs: 30 })
})
afterAll(async () => {
  await proxy.stop()
  await sshd.stop()
})
beforeEach(() => {
  here = controlSide()
  here.write('.ssh/known_hosts', sshd.knownHostsText.replaceAll(String(sshd.port), String(proxy.port)))
  proxy.reset()
})
afterEach(() => {
  for (const run of runs.splice(0)) run.close()
  here.remove()
})

function start(options: Parameters<ControlSide['ssh']>[0] = {}): Ssh {
  const run = here.ssh({ overrides: { identityFile: sshd.keyFile }, ...options })
  runs.push(run)
  return run
}

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
    expect(await firstOutput(start())).toEqual({ roundTrips: 8, login: 'publickey id_ed25519' })
  })

  test('are 5 when the key of last time is signed at once', async () => {
    const first = start()
    await first.connect(host())
    first.close()
    proxy.reset()
    expect(await firstOutput(start())).toEqual({ roundTrips: 5, login: 'publickey id_ed25519 (fast)' })
  })

  test('are 8 again with VENVOY_FAST_LOGIN=0', async () => {
    const first = start()
    await first.connect(host())
    first.close()
    proxy.reset()
    const slow = start({ env: (name) => (name === 'VENVOY_FAST_LOGIN' ? '0' : undefined) })
    expect(await firstOutput(slow)).toEqual({ roundTrips: 8, login: 'publickey id_ed25519' })
  })
})

test('what is known for the next login is private and holds no key', async () => {
  const first = start()
  await first.connect(host())
  first.close()
  expect(statSync(here.stateFile).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(here.stateFile)).mode & 0o777).toBe(0o700)
  const { logins } = JSON.parse(readFileSync(here.stateFile, 'utf8')) as { logins: Record<string, object> }
  expect(Object.keys(logins)).toEqual([`${sshd.user}@127.0.0.1:${proxy.port}`])
  for (const value of Object.values(logins[`${sshd.user}@127.0.0.1:${proxy.port}`]!)) {
    expect(value).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  }
})

test('a run in which nothing is learnt writes nothing', async () => {
  start().close()
  expect(existsSync(here.stateFile)).toBe(false)
})

test('a command gives its output, its errors and its code', async () => {
  const connection = await start().connect(host())
  expect(await runOn(connection, 'cat; echo "$HOME" >&2; exit 7', 'hello')).toEqual({
    stdout: 'hello',
    stderr: `${sshd.home}\n`,
    code: 7,
  })
})
