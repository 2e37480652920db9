import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostKinds, startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'

/** Above the pauses within one answer, so that the proxy can tell what waits; nothing is measured by it. */
const delayMs = 20
const slow = 8
/** Only OpenSSH is known to take what comes before its answer: every other host gets the usual login. */
const known = { sshd: 5, embedded: slow }

describe.each(hostKinds)('round trips to %s', (kind) => {
  const fast = known[kind]
  let host: TestHost
  let desk: Desk
  let proxy: CountingProxy

  beforeAll(async () => {
    host = await startHost(kind, { login: 'dash' })
    proxy = await startProxy(host.port, { delayMs })
    desk = openDesk()
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host, { port: proxy.port }) },
      // They are asked for with all else that a plan wants to know.
      deploy: { after_switch: [{ run: 'exit 9', when: 'facts.os == "none" or not facts.system' }] },
      instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] } },
      tasks: {
        one: { on: 'hosts', run: ['true'] },
        facts: { on: 'hosts', run: ['true', { run: 'true', when: 'facts.system and facts.sudo' }, 'true'] },
        names: { on: 'hosts', run: ['true', { run: 'true', when: 'host == "x" and facts.system' }] },
        twenty: { on: 'hosts', run: Array.from({ length: 20 }, (_, i) => `echo ${i}`) },
      },
    })
    desk.write(
      'tasks/calls.ts',
      `import { task } from 'venvoy'
const times = (count: number) =>
  task(\`\${count} calls\`, async (c) => {
    for (let i = 0; i < count; i++) await c.run('true')
  }, { on: 'hosts' })
export const once = times(1)
export const twice = times(2)
export const fourTimes = times(4)
export const facts = task('facts', async (c) => {
  await c.run('true')
  await Promise.all([c.facts(), c.facts()])
  await c.facts()
}, { on: 'hosts' })
`,
    )
  })
  afterAll(async () => {
    await proxy.stop()
    await host.stop()
    desk.remove()
  })

  const count = async (env: Record<string, string>, ...args: string[]): Promise<number> => {
    proxy.reset()
    const before = proxy.connections()
    const { code, stderr } = await desk.start(args, { env }).end
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(proxy.connections() - before).toBe(1)
    return proxy.roundTrips()
  }

  it(`at most ${slow} for the first login, and at most ${fast} for the next, which knows the key`, async () => {
    const first = await count({}, 'run', 'one')
    const next = await count({}, 'run', 'one')
    const without = await count({ VENVOY_FAST_LOGIN: '0' }, 'run', 'one')
    console.log(`${kind}: ${first} at first, ${next} then, ${without} without fast login`)
    expect(first).toBeLessThanOrEqual(slow)
    expect(next).toBeLessThanOrEqual(fast)
    expect(without).toBeLessThanOrEqual(slow)
  })

  it('a task of twenty steps costs what one of one step does', async () => {
    const one = await count({}, 'run', 'one')
    expect(await count({}, 'run', 'twenty')).toBe(one)
    expect(await count({}, 'exec', '-H', 'web1', '--', 'true')).toBe(one)
  })

  it('conditions on facts cost one, however many; those that names answer, and tasks without, nothing', async () => {
    const one = await count({}, 'run', 'one')
    expect(await count({}, 'run', 'facts')).toBe(one + 1)
    expect(await count({}, 'run', 'names')).toBe(one)
    expect(await count({}, 'run', 'calls.facts')).toBe((await count({}, 'run', 'once')) + 1)
  })

  it('each call of a task in code costs one', async () => {
    const once = await count({}, 'run', 'once')
    expect(await count({}, 'run', 'twice')).toBe(once + 1)
    expect(await count({}, 'run', 'fourTimes')).toBe(once + 3)
  })

  it('a deploy with nothing to do costs what a task does, a change one more, an upload one more', async () => {
    const one = await count({}, 'run', 'one')
    const deploy = (...args: string[]) => count({}, 'deploy', ...args)
    expect(await deploy('a')).toBe(one + 2)
    expect(await deploy('a')).toBe(one)
    expect(await count({}, 'status')).toBe(one)
    expect(await count({}, 'plan')).toBe(one)
    // The same files: all that b needs is on the host.
    expect(await deploy('b')).toBe(one + 1)
    expect(await deploy('--all', '--yes')).toBe(one)
    // Two instances and a file that is new to the host.
    desk.write('app/new.py', 'print("new")\n')
    expect(await deploy('--all', '--yes')).toBe(one + 2)
    // Another venv, but the same files.
    expect(await deploy('a', '--set', 'venv.system_site_packages=true')).toBe(one + 1)
  })
})
