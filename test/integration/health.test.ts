import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, jsonLines, openDesk } from '../support/project.js'

describe('a health check by HTTP', () => {
  let host: TestHost
  let desk: Desk
  let server: Server

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost('sshd', { login: 'dash' })
    // A service that reads its answer from what serves.
    server = createServer((request, response) => {
      const said = readFileSync(join(host.home, 'apps/p-main/current/tree/answer'), 'utf8')
      const isKnown = request.headers.authorization === 'hunter2'
      response.writeHead(isKnown ? Number(said.split(' ')[0]) : 401).end(said)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    desk.write(
      'deploy.yml',
      `project: p
source: app
hosts: { web1: ${JSON.stringify(desk.know(host))} }
instances: { main: { hosts: [web1] } }
deploy:
  health: { url: "http://127.0.0.1:${port}/", within: 1s, text: ready, headers: { Authorization: !secret TOKEN } }
`,
    )
  })
  afterAll(async () => {
    server.close()
    desk.remove()
    await host.stop()
  })

  const current = () => readlinkSync(join(host.home, 'apps/p-main/current'))
  const deploy = (...args: string[]) => desk.start(['deploy', ...args], { env: { TOKEN: 'hunter2' } }).end

  it('that is good changes nothing; the plan has it', async () => {
    desk.write('app/answer', '200 ready')
    const plan = await deploy('--dry-run')
    const { port } = server.address() as AddressInfo
    expect(plan.stdout).toContain(`  ~ check health: http://127.0.0.1:${port}/\n    holds "ready"\n    within 1 s\n`)
    expect([(await deploy()).code, current()]).toEqual([0, 'releases/1'])
  })

  it('that is not good switches back, shows the last answer, and no secret', async () => {
    desk.write('app/answer', '503 no database: hunter2')
    const { code, stderr, stdout } = await deploy()
    const lines = stderr.slice(stderr.indexOf('main on web1:')).split('\n')
    expect([code, current(), lines.slice(1, 4)]).toEqual([
      1,
      'releases/1',
      [
        '  not within 1 s: it answered 503 Service Unavailable',
        '    503 no database: [TOKEN]',
        '  switched back: release 1 serves again',
      ],
    ])
    expect(stderr + stdout).not.toContain('hunter2')
  })
})

describe('batches of four hosts', () => {
  let hosts: TestHost[]
  let desk: Desk

  beforeAll(async () => {
    desk = openDesk()
    hosts = await Promise.all(Array.from({ length: 4 }, () => startHost('embedded', { login: 'dash' })))
    const known = hosts.map((host, i) => [`web${i + 1}`, desk.know(host)] as const)
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: Object.fromEntries(known),
      instances: { main: { hosts: known.map(([name]) => name) } },
      deploy: { serial: 2, health: { run: 'echo not up; test ! -e "$HOME/broken"', within: '1s' } },
    })
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all(hosts.map((host) => host.stop()))
  })

  const at = (host: number, path: string) => join(hosts[host]!.home, path)
  const currents = () => hosts.map((_, i) => readlinkSync(at(i, 'apps/p-main/current')).replace('releases/', ''))
  const outcomes = async (...args: string[]) => {
    const said = await desk.venvoy('deploy', '--json', ...args)
    const report = jsonLines(said).at(-1) as unknown as { results: { host: string; outcome: string }[] }
    return [said.code, ...report.results.map(({ host, outcome }) => `${host} ${outcome}`).sort()]
  }

  it('a batch that fails goes back, and the next is not begun', async () => {
    desk.write('app/hello.py', 'print("one")\n')
    expect((await desk.venvoy('deploy')).code).toBe(0)
    desk.write('app/hello.py', 'print("two")\n')
    writeFileSync(at(1, 'broken'), '')
    expect(await outcomes()).toEqual([1, 'web1 skipped', 'web2 failed', 'web3 skipped', 'web4 skipped'])
    expect(currents()).toEqual(['1', '1', '1', '1'])
    expect(hosts.map((_, i) => existsSync(at(i, 'apps/p-main/releases/2/failed')))).toEqual([true, true, false, false])
  })

  it('with max_failures only the host that failed goes back, and the others go on', async () => {
    expect(await outcomes('--max-failures', '2')).toEqual([
      1,
      'web1 changed',
      'web2 failed',
      'web3 changed',
      'web4 changed',
    ])
    expect(currents()).toEqual(['3', '1', '2', '2'])
  })

  it('mended, the next deploy brings the last one along', async () => {
    rmSync(at(1, 'broken'))
    expect(await outcomes()).toEqual([0, 'web1 unchanged', 'web2 changed', 'web3 unchanged', 'web4 unchanged'])
    expect(currents()).toEqual(['3', '4', '2', '2'])
  })
})
