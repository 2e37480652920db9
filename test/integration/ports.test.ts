import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultyHost, startFaultyHost } from '../support/faults.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe('four instances of two projects', () => {
  let host: TestHost
  let shop: Desk
  let blog: Desk

  const fileOf = (desk: Desk, project: string, instances: object) => {
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', {
      project,
      source: 'app',
      hosts: { web1: desk.know(host) },
      env: { URL: 'http://127.0.0.1:{{ port }}/' },
      deploy: { before_switch: ['echo {{ port }} $PORT $URL >said'] },
      instances,
      tasks: { say: 'echo {{ port }} $PORT $URL' },
    })
  }

  beforeAll(async () => {
    host = await startHost('embedded')
    shop = openDesk()
    blog = openDesk()
    fileOf(shop, 'shop', { 'client-{1..2}': { hosts: ['web1'], port: 'auto' } })
    fileOf(blog, 'blog', { 'client-{1..2}': { hosts: ['web1'], port: 'auto' } })
  })
  afterAll(async () => {
    shop.remove()
    blog.remove()
    await host.stop()
  })

  /** The lines of the host's list, in order. */
  const given = (): string[] =>
    readFileSync(join(host.home, '.local/state/venvoy/ports'), 'utf8').replaceAll(host.home, '~').trim().split('\n')
  const portOf = (project: string, name: string): string =>
    given()
      .find((line) => line.endsWith(`~/apps/${project}-${name}`))
      ?.split(' ')[0] ?? 'none'
  const said = (project: string, name: string): string =>
    readFileSync(join(host.home, `apps/${project}-${name}/current/tree/said`), 'utf8')

  it('shows the port in the plan, and refuses tasks that would want it before it is given out', async () => {
    const plan = await shop.venvoy('plan', 'client-1')
    expect([plan.code, /\+ take port (\d+)/.exec(plan.stdout)?.[1]]).toEqual([0, expect.stringMatching(/^2\d{4}$/)])
    const { code, stdout, stderr } = await shop.venvoy('run', '-i', 'client-1', 'say')
    expect([code, `${stdout}${stderr}`]).toEqual([2, expect.stringContaining('it has no port yet')])
  })

  it('gives each a port of its own, to two clients at once', async () => {
    const ends = await Promise.all([shop, blog].map((desk) => desk.venvoy('deploy', '--all', '--yes')))
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, expect.any(String)],
      [0, expect.any(String)],
    ])
    const ports = given().map((line) => line.split(' ')[0])
    expect([ports.length, new Set(ports).size]).toEqual([4, 4])
    for (const project of ['shop', 'blog'])
      for (const name of ['client-1', 'client-2']) {
        const port = portOf(project, name)
        expect(said(project, name)).toBe(`${port} ${port} http://127.0.0.1:${port}/\n`)
      }
  })

  it('remembers it: for deploys, tasks and commands, and in what it shows', async () => {
    const before = given()
    const again = await shop.venvoy('deploy', 'client-2')
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('1 unchanged')])
    expect(given()).toEqual(before)
    const port = portOf('shop', 'client-2')
    const exec = await shop.venvoy('exec', '-i', 'client-2', '--', 'echo "$PORT $URL"')
    expect([exec.code, exec.stdout]).toEqual([0, `${port} http://127.0.0.1:${port}/\n`])
    const task = await shop.venvoy('run', '-i', 'client-2', 'say')
    expect([task.code, task.stdout]).toEqual([0, expect.stringContaining(`${port} ${port} http://127.0.0.1:${port}/`)])
    const status = await shop.venvoy('status', 'client-2', '--json')
    expect(status.stdout).toContain(`"${port}"`)
    expect((await shop.venvoy('list')).stdout).toMatch(/client-2 .*auto/)
  })

  it('gives it back with the instance, and to no other while there are others', async () => {
    const before = given()
    const { code } = await shop.venvoy('remove', 'client-2', '--yes')
    expect([code, given()]).toEqual([0, before.filter((line) => !line.endsWith('shop-client-2'))])
  })

  it("refuses a port of the file's that is another's, or that something else listens on", async () => {
    const theirs = Number(portOf('shop', 'client-1'))
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    fileOf(blog, 'blog', { first: { hosts: ['web1'], port: theirs }, second: { hosts: ['web1'], port } })
    const { code, stdout, stderr } = await blog.venvoy('deploy', '--all', '--yes')
    server.close()
    const text = `${stdout}${stderr}`.replaceAll(host.home, '~')
    expect([code, text]).toEqual([
      1,
      expect.stringContaining(`port ${theirs} is that of the instance in ~/apps/shop-client-1`),
    ])
    expect(text).toContain(`something listens on port ${port} already`)
    const apps = join(host.home, 'apps')
    expect([join(apps, 'blog-first'), join(apps, 'blog-second')].map(existsSync)).toEqual([false, false])
  })
})

describe('two deploys that race for a port', () => {
  let faulty: FaultyHost
  let shop: Desk
  let blog: Desk
  beforeAll(async () => {
    faulty = await startFaultyHost()
    shop = openDesk()
    blog = openDesk()
    for (const [desk, project] of [
      [shop, 'shop'],
      [blog, 'blog'],
    ] as const) {
      desk.write('app/hello.py', '')
      const hosts = { web1: desk.know(faulty.host) }
      const deploy = { before_switch: ['echo $PORT'] }
      desk.write('deploy.yml', {
        project,
        source: 'app',
        hosts,
        deploy,
        instances: { a: { hosts: ['web1'], port: 'auto' } },
      })
    }
  })
  afterAll(async () => {
    shop.remove()
    blog.remove()
    await faulty.stop()
  })

  it('tell the one that loses it that it was planned again, and nothing of a failure', async () => {
    // The first step takes the lock, the second the port.
    faulty.holdAt(2)
    const late = shop.start(['deploy', 'a'])
    expect(await faulty.isHeld(late)).toBe(true)
    expect((await blog.venvoy('deploy', 'a')).code).toBe(0)
    faulty.goOn()
    const { code, stdout, stderr } = await late.end
    const said = `${stdout}${stderr}`.replaceAll(faulty.host.home, '~')
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/port (\d+) was given to ~\/apps\/blog-a meanwhile: it is planned again/),
    ])
    expect(said).not.toMatch(/76|failed/)
    const [first, second] = ['blog', 'shop'].map((project) =>
      readFileSync(join(faulty.host.home, '.local/state/venvoy/ports'), 'utf8')
        .split('\n')
        .find((line) => line.endsWith(`${project}-a`))
        ?.slice(0, 5),
    )
    expect(Number(second) - Number(first)).toBe(1)
    expect(stdout).toContain(String(second))
  })
})
