import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../support/proxy.js'
import { hostSpec, runOn } from '../support/ssh.js'
import { sshTests } from '../support/ssh-tests.js'
import { type Sshd, startSshd } from '../support/sshd.js'

/** What sshd has by itself, and what hardened ones have. */
const usual = ['MaxStartups 10:30:100', 'MaxSessions 10']
const ssh = sshTests({ hostKeys: ['ed25519'], config: usual })
let narrow: Sshd

beforeAll(async () => {
  narrow = await startSshd({ shell: 'dash', hostKeys: ['ed25519'], config: ['MaxSessions 1', 'MaxStartups 1'] })
})
afterAll(() => narrow.stop())

const many = Array.from({ length: 40 }, (_, index) => `web${index}`)

describe('an sshd with its default limits', () => {
  test('is the jump host of forty hosts by one connection, and nothing is dropped on either side', async () => {
    const bastion = await startProxy(ssh.sshd.port)
    const run = ssh.start({ hosts: [hostSpec('bastion', { port: bastion.port })] })
    const ran = await Promise.all(
      many.map(async (name) => {
        const connection = await run.connect(hostSpec(name, { port: ssh.sshd.port, jump: 'bastion' }))
        return (await runOn(connection, `echo ${name}`)).stdout
      }),
    )
    expect(ran).toEqual(many.map((name) => `${name}\n`))
    expect(bastion.connections()).toBe(1)
    expect(ssh.here.notes).toEqual([])
    await bastion.stop()
  })

  test('takes forty logins at one address without dropping any', async () => {
    const run = ssh.start()
    const all = await Promise.all(many.map((name) => run.connect(hostSpec(name, { port: ssh.sshd.port }))))
    expect(all).toHaveLength(many.length)
    expect(ssh.here.notes).toEqual([])
  })
})

test('a jump host for hosts of both kinds gets one connection, once it is known that ssh goes through it', async () => {
  const bastion = await startProxy(ssh.sshd.port)
  const logins = async () => {
    const run = ssh.start({ hosts: [hostSpec('bastion', { port: bastion.port })] })
    const through = (transport: 'ssh' | 'ssh2') => ({ port: ssh.sshd.port, jump: 'bastion', transport })
    await run.connect(hostSpec('web1', through('ssh2')))
    const [web2, web3] = await Promise.all(['web2', 'web3'].map((name) => run.connect(hostSpec(name, through('ssh')))))
    expect([await runOn(web2!, 'echo two'), await runOn(web3!, 'echo three')]).toMatchObject([
      { stdout: 'two\n' },
      { stdout: 'three\n' },
    ])
    run.close()
    return bastion.connections()
  }
  expect([await logins(), await logins()]).toEqual([2, 3])
  await bastion.stop()
})

describe.each(['ssh2', 'ssh'] as const)('an sshd with limits of one, by %s', (transport) => {
  const trustNarrow = () => ssh.here.write('.ssh/known_hosts', narrow.knownHostsText)
  const options = () => ({ overrides: { identityFile: narrow.keyFile } })

  test('gives a second session by a second connection', async () => {
    trustNarrow()
    const proxy = await startProxy(narrow.port)
    ssh.here.write('.ssh/known_hosts', narrow.knownHostsText.replace(`]:${narrow.port}`, ']:*'))
    const connection = await ssh.start(options()).connect(hostSpec('web1', { port: proxy.port, transport }))
    const first = await connection.open('cat', Buffer.alloc(0), () => {})
    expect((await runOn(connection, 'echo beside')).stdout).toBe('beside\n')
    expect(proxy.connections()).toBe(2)
    first.end()
    expect(await first.closed).toEqual({ code: 0 })
    await proxy.stop()
  })

  test('that is full says so and is tried again, until it has room', async () => {
    trustNarrow()
    const { connect } = await import('node:net')
    const other = connect(narrow.port, '127.0.0.1')
    await new Promise((resolve) => other.once('data', resolve))
    const waits: number[] = []
    const sleep = async (ms: number) => {
      if (waits.push(ms) < 3) return
      other.destroy()
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    const run = ssh.start({ ...options(), sleep })
    expect((await run.connect(hostSpec('web1', { port: narrow.port, transport }))).login).toMatch(/^publickey/)
    expect(waits).toEqual([500, 1000, 2000])
    expect(ssh.here.notes.filter((note) => note.includes('MaxStartups'))).toEqual(
      [1, 1, 2].map((seconds) => `web1: it has too many logins at once (MaxStartups): next try in ${seconds} s`),
    )
    expect(ssh.here.notes.filter((note) => note.includes('penalising'))).toEqual([])
  })
})

describe('hosts that take the connection and say nothing', () => {
  test.each([
    ['keep nobody waiting, however many', undefined],
    ['keep nobody waiting behind a jump host', 'bastion'],
  ])('%s', async (_, jump) => {
    const silent = await silentHosts(40)
    const run = ssh.start({ hosts: [hostSpec('bastion', { port: ssh.sshd.port })] })
    const said = jump === undefined ? {} : { jump }
    const lost: string[] = []
    const waiting = silent.ports.map((port) =>
      run.connect(hostSpec('mute', { port, ...said })).catch((error) => lost.push(error.kind)),
    )
    await silent.connected
    const connection = await run.connect(hostSpec('web1', { port: ssh.sshd.port, ...said }))
    expect((await runOn(connection, 'echo in')).stdout).toBe('in\n')
    expect(lost).toEqual([])
    run.close()
    await Promise.all(waiting)
    expect(lost).toEqual(silent.ports.map(() => 'interrupted'))
    silent.stop()
  })
})

/** `connected`: all of them have been reached. */
async function silentHosts(count: number) {
  const sockets: Socket[] = []
  let told = () => {}
  const connected = new Promise<void>((resolve) => {
    told = resolve
  })
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer((socket) => {
        socket.on('error', () => {})
        if (sockets.push(socket) === count) told()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return {
    ports: servers.map((server) => (server.address() as { port: number }).port),
    connected,
    stop() {
      for (const socket of sockets) socket.destroy()
      for (const server of servers) server.close()
    },
  }
}
