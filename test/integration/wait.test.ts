import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type StepShell, startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'
import { sampleOf } from '../support/sample.js'

const shells = sampleOf('step shells for wait', [['dash'], ['bash'], ['busybox']] as [StepShell][], 1)
const tools = { curl: '/usr/bin/curl', wget: '/usr/bin/wget', python3: '/usr/bin/python3', bash: '/usr/bin/bash' }
type Tool = keyof typeof tools

describe.each(shells)('wait on a real sshd with %s', (sh) => {
  let host: TestHost
  let desk: Desk
  const servers: { close(): unknown }[] = []
  beforeAll(async () => {
    host = await startHost('sshd', { login: 'dash', sh })
    desk = openDesk()
    for (const tool of Object.keys(tools) as Tool[]) only(tool)
  })
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })
  afterAll(async () => {
    await host.stop()
    desk.remove()
  })

  /** A PATH with one of the programs that can look. */
  const folderOf = (tool: Tool) => join(host.home, `only ${tool}`)
  const only = (tool: Tool) => {
    mkdirSync(folderOf(tool))
    for (const [name, path] of [[tool, tools[tool]], ...['date', 'sleep'].map((name) => [name, `/bin/${name}`])])
      symlinkSync(path!, join(folderOf(tool), name!))
  }

  async function waitFor(wait: object, tool?: Tool) {
    const env = tool === undefined ? {} : { env: { PATH: folderOf(tool) } }
    const task = { on: 'hosts', run: [{ wait, ...env }, 'echo there'] }
    desk.write('deploy.yml', { project: 'p', hosts: { web1: desk.know(host) }, tasks: { wait: task } })
    const { code, stdout, stderr } = await desk.venvoy('run', 'wait')
    return [code, stdout, stderr]
  }

  async function listening(server: Server): Promise<number> {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  /** Nobody listens on it now. */
  async function freePort(): Promise<number> {
    const server = createTcpServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  it.each<Tool>(['curl', 'wget', 'python3'])('for a URL that answers well at last, by %s', async (tool) => {
    const answers = [503, 404, 200, 500]
    const seen: number[] = []
    const port = await listening(
      createServer((_, response) => {
        const code = answers[seen.length] ?? 500
        seen.push(code)
        response.writeHead(code, { connection: 'close' }).end()
      }),
    )
    const url = `http://127.0.0.1:${port}/healthz?a=1&b=2`
    expect(await waitFor({ url, within: '20s' }, tool)).toEqual([0, 'there\n', ''])
    expect(seen).toEqual([503, 404, 200])
  })

  it.each<[Tool, string | RegExp]>([
    ['curl', 'curl: (22) The requested URL returned error: 503'],
    ['wget', 'wget: no good answer (exit code 8)'],
    ['python3', 'HTTP Error 503: Service Unavailable'],
  ])('for a URL, and tells what %s last said of it', async (tool, why) => {
    const port = await listening(
      createServer((_, response) => response.writeHead(503, { connection: 'close' }).end('starting')),
    )
    const url = `http://127.0.0.1:${port}/`
    const [code, stdout, stderr] = await waitFor({ url, within: 1 }, tool)
    expect([code, stdout]).toEqual([1, ''])
    expect(String(stderr)).toContain(`${why}\nnot within 1 s\nweb1: wait for ${url}: exited with 1\n`)
  })

  it.each<Tool>(['python3', 'bash'])('for a port that opens later, by %s', async (tool) => {
    const port = await freePort()
    const waited = waitFor({ port, within: '20s' }, tool)
    await sleep(700)
    const server = createTcpServer((socket) => socket.end())
    servers.push(server)
    server.listen(port, '127.0.0.1')
    expect(await waited).toEqual([0, 'there\n', ''])
  })

  it.each<[Tool, RegExp]>([
    ['python3', /^\[Errno \d+\] Connection refused\n/],
    ['bash', /connect: Connection refused\n.*Connection refused\n/],
  ])('for a port, and tells what %s last said of it', async (tool, why) => {
    const port = await freePort()
    const [code, stdout, stderr] = await waitFor({ port: `127.0.0.1:${port}`, within: 1 }, tool)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(why)
    expect(String(stderr)).toContain(`\nnot within 1 s\nweb1: wait for 127.0.0.1:${port}: exited with 1\n`)
  })

  it('for a command that succeeds later', async () => {
    const ready = join(host.home, 'ready')
    writeFileSync(ready, '#!/bin/sh\necho no >>"$0.tries"; [ "$(wc -l <"$0.tries")" -ge 3 ]\n')
    chmodSync(ready, 0o755)
    expect(await waitFor({ command: '"$HOME/ready"', within: '20s' })).toEqual([0, 'there\n', ''])
  })

  it('for a command, and tells its last words', async () => {
    const [code, stdout, stderr] = await waitFor({ command: 'echo out; echo why >&2; exit 3', within: 1 })
    expect([code, stdout, String(stderr).split('\n  ')[0]]).toEqual([
      1,
      '',
      'out\nwhy\nnot within 1 s\nweb1: wait for echo out; echo why >&2; exit 3: exited with 1',
    ])
  })

  it('for a command that does not come back', async () => {
    const [code, , stderr] = await waitFor({ command: 'echo why; sleep 71.313', within: 1 })
    expect([code, String(stderr).split('\n  ')[0]]).toEqual([
      1,
      'web1: wait for echo why; sleep 71.313: took longer than 2 s and was stopped, with all that it had started',
    ])
  })

  it('for a command that says nothing', async () => {
    const [code, , stderr] = await waitFor({ command: 'false', within: 1 })
    expect([code, String(stderr).split('\n  ')[0]]).toEqual([1, 'not within 1 s\nweb1: wait for false: exited with 1'])
  })
})
