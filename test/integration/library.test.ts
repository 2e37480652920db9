import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connect, run, task } from '../../src/index.js'
import { type EmbeddedHost, startEmbeddedHost } from '../../src/testing/index.js'

const home = mkdtempSync(join(tmpdir(), 'venvoy-library-'))
const knownHosts = join(home, '.ssh', 'known_hosts')
const identityFile = join(home, 'key')
let host: EmbeddedHost

beforeAll(async () => {
  host = await startEmbeddedHost()
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  writeFileSync(identityFile, host.clientKey, { mode: 0o600 })
  vi.stubEnv('HOME', home)
  vi.stubEnv('XDG_STATE_HOME', '')
  vi.stubEnv('XDG_CACHE_HOME', '')
  vi.stubEnv('SSH_AUTH_SOCK', '')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await host.stop()
  rmSync(home, { recursive: true })
})
afterEach(() => rmSync(knownHosts, { force: true }))

const address = () => ({ address: host.address, port: host.port, user: host.user })

describe('a program', () => {
  it('is not let in to a host whose key it does not know', async () => {
    await expect(connect(address(), { identityFile })).rejects.toMatchObject({ kind: 'host-key' })
  })

  it('logs in to a host that known_hosts has', async () => {
    writeFileSync(knownHosts, `${host.knownHosts}\n`)
    const c = await connect(`${host.user}@${host.address}:${host.port}`, { identityFile })
    const said = await c.env({ A: "it's" }, (c) => c.run('echo "$A"; pwd'))
    expect(said.stdout).toBe(`it's\n${host.home}\n`)
    await c.close()
    await vi.waitFor(() => expect(host.connections()).toBe(0))
  })

  it('runs the tasks of a file where they say', async () => {
    writeFileSync(knownHosts, `${host.knownHosts}\n`)
    const file = join(home, 'deploy.yml')
    const { address, port, user } = host
    const web = JSON.stringify({ address, port, user, identity_file: identityFile })
    const params = '{ who: { default: you } }'
    const tasks = `{ hello: { on: web, params: ${params}, run: 'echo hello {{ params.who }}' } }`
    writeFileSync(file, `project: blog\nhosts: { web: ${web}, here: local }\ntasks: ${tasks}\n`)
    const said: string[] = []
    const onEvent: NonNullable<Parameters<typeof run>[1]>['onEvent'] = (event) => {
      if (event.type === 'step:output') said.push(`${event.host} ${Buffer.from(event.data)}`)
    }
    const named = await run('hello', { file, args: { who: 'world' }, onEvent })
    const own = await run(
      task('Own', (c) => c.run('echo own'), { on: 'hosts' }),
      { file, hosts: ['h*'], onEvent },
    )
    expect([named.exitCode, own.exitCode, said]).toEqual([0, 0, ['web hello world\n', 'here own\n']])
  })
})
