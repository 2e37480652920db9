import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'

const megabyte = 1_000_000
const large = randomBytes(24 * megabyte)
let host: TestHost
let desk: Desk
let proxy: CountingProxy

beforeAll(async () => {
  host = await startHost('sshd', { login: 'dash' })
  proxy = await startProxy(host.port)
  desk = openDesk()
  for (let i = 0; i < 20; i++) desk.write(`app/a/${i}`, randomBytes(megabyte / 10))
  desk.write('app/b/model.bin', large)
  desk.write('deploy.yml', {
    project: 'p',
    source: 'app',
    hosts: { web1: desk.know(host, { port: proxy.port }) },
    instances: { main: { hosts: ['web1'] } },
    tasks: { send: { on: 'hosts', run: [{ upload: { from: 'app/b/model.bin', to: 'model.bin' } }] } },
  })
})
afterAll(async () => {
  await proxy.stop()
  await host.stop()
  desk.remove()
})

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
it.each([
  ['a deploy', ['deploy'], 'apps/p-main/current/tree/b/model.bin'],
  ['an upload', ['--plain', 'run', 'send'], 'model.bin'],
])('%s that was cut off in a large file sends the rest of it, and nothing else', async (_, args, path) => {
  proxy.reset()
  proxy.dropAfter(20 * megabyte)
  expect((await desk.venvoy(...args)).code).toBe(1)
  proxy.reset()
  const { code, stderr } = await desk.venvoy(...args)
  const had = Number(/going on with a file of which (\d+\.\d) MB had arrived/.exec(stderr)?.[1])
  console.log(`${args.join(' ')}: ${had} MB had arrived; the next time sent ${(proxy.sent() / megabyte).toFixed(1)} MB`)
  expect([code, had > 5, sha256(readFileSync(join(host.home, path)))]).toEqual([0, true, sha256(large)])
  // What SSH adds, and the program, are less than a megabyte.
  expect(proxy.sent()).toBeLessThan((large.length / megabyte - had + 1) * megabyte)
})
