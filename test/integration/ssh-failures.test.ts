import { execFileSync } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { startProxy } from '../support/proxy.js'
import { hostSpec, runOn } from '../support/ssh.js'
import { failure, sshTests } from '../support/ssh-tests.js'
import { startSshd } from '../support/sshd.js'

const ssh = sshTests()

const servers: { close(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A host that does to each connection what the test says. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  servers.push({
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const key = (name: string, ...more: string[]) => {
  const file = join(ssh.here.home, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', ...more, '-f', file])
  const fingerprint = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1]!
  return { file, fingerprint }
}

describe.each(['ssh2', 'ssh'] as const)('by %s', (transport) => {
  test('a name that does not resolve is said at once', async () => {
    const error = await failure(ssh.start().connect(hostSpec('web1', { transport, address: 'no-such-host.invalid' })))
    expect(error.kind).toBe('unreachable')
    expect(error.message).toMatch(
      /^web1: no-such-host\.invalid does not resolve( at the moment)?\n {2}try: getent hosts no-such-host\.invalid$/,
    )
  })

  test('a refused connection is tried three times', async () => {
    const port = await listen(() => {})
    servers.pop()?.close()
    const error = await failure(ssh.start().connect(hostSpec('web1', { transport, port, user: 'deploy' })))
    expect(error.kind).toBe('unreachable')
    expect(error.message).toBe(
      `web1: 127.0.0.1:${port} refuses the connection\n  try: ssh -v -p ${port} deploy@127.0.0.1`,
    )
    expect(ssh.here.waits).toEqual([600, 1200])
  })

  test('a host that says nothing is given up after its time', async () => {
    const port = await listen(() => {})
    ssh.here.write('.ssh/config', 'ConnectTimeout 1\n')
    const error = await failure(ssh.start().connect(hostSpec('web1', { transport, port, user: 'deploy' })))
    expect(error.message).toBe(
      [
        `web1: 127.0.0.1:${port} accepts connections, but says nothing (waited 1 s for the banner)`,
        `  try: ssh -v -p ${port} deploy@127.0.0.1`,
      ].join('\n'),
    )
  })

  test('a host that hangs up before its banner may be penalising us: that is said, and waited for', async () => {
    const port = await listen((socket) => socket.resetAndDestroy())
    const error = await failure(ssh.start().connect(hostSpec('web1', { transport, port, user: 'deploy' })))
    expect(error.message).toBe(
      [
        `web1: 127.0.0.1:${port} closed the connection before it said anything`,
        '  its sshd may be penalising this address (PerSourcePenalties), or have too many logins at once (MaxStartups)',
        `  try: wait a minute, then: ssh -v -p ${port} deploy@127.0.0.1`,
      ].join('\n'),
    )
    expect(ssh.here.waits).toEqual([2000, 16_000])
    expect(ssh.here.notes.filter((note) => !note.includes('deploy.yml'))).toEqual([
      'web1: it closed the connection at once; its sshd may be penalising this address: next try in 2 s',
      'web1: it closed the connection at once; its sshd may be penalising this address: next try in 16 s',
    ])
  })

  test('something that does not speak SSH is told from a host', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await failure(ssh.start().connect(hostSpec('web1', { transport, port, user: 'deploy' })))
    expect(error.kind).toBe('unreachable')
    expect(error.failure.what).toBe(`127.0.0.1:${port} does not speak SSH`)
  })

  test('a key that is not accepted is named, is tried once, and costs one connection', async () => {
    const proxy = await startProxy(ssh.sshd.port)
    const { file, fingerprint } = key('wrong')
    const run = ssh.start({ overrides: { identityFile: file } })
    const error = await failure(run.connect(hostSpec('web1', { transport, port: proxy.port })))
    expect(error.kind).toBe('unreachable')
    expect(error.message).toBe(
      [
        `web1: 127.0.0.1 does not let ${ssh.sshd.user} in`,
        `  tried: publickey wrong ${fingerprint}`,
        '  the host takes: publickey',
        `  try: ssh-copy-id -p ${proxy.port} ${ssh.sshd.user}@127.0.0.1, or name the right key as identity_file`,
      ].join('\n'),
    )
    expect(proxy.connections()).toBe(1)
    await proxy.stop()
  })

  test('a connection that is cut in the middle of a command has neither code nor signal', async () => {
    const proxy = await startProxy(ssh.sshd.port)
    const connection = await ssh.start().connect(hostSpec('web1', { transport, port: proxy.port }))
    const channel = await connection.open('echo begun; cat', Buffer.from(''), () => proxy.drop())
    expect(await channel.closed).toEqual({})
    // Writing to it then neither fails nor hangs.
    await channel.write(Buffer.from('too late'))
    await proxy.stop()
  })

  test('a killed command gives its signal', async () => {
    const connection = await ssh.start().connect(hostSpec('web1', { transport, port: ssh.sshd.port }))
    expect(await runOn(connection, 'kill -TERM $$')).toEqual({ stdout: '', stderr: '', signal: 'TERM' })
  })

  test('an interruption ends a connecting host at once', async () => {
    const port = await listen(() => {})
    const stop = new AbortController()
    const attempt = failure(ssh.start().connect(hostSpec('web1', { transport, port }), stop.signal))
    setTimeout(() => stop.abort(), 50)
    expect((await attempt).kind).toBe('interrupted')
  })
})

test('never more than six keys are shown', async () => {
  const files = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => key(`key${number}`).file)
  ssh.here.write('.ssh/config', files.map((file) => `IdentityFile ${file}\n`).join(''))
  const error = await failure(ssh.start({ overrides: {} }).connect(hostSpec('web1', { port: ssh.sshd.port })))
  expect(error.failure.why?.filter((line) => line.startsWith('tried:'))).toHaveLength(6)
})

test('a key file that is not there is said before anything is contacted', async () => {
  const run = ssh.start({ overrides: {} })
  const error = await failure(run.connect(hostSpec('web1', { port: 1, identityFile: '~/.ssh/none' })))
  expect(error.message).toBe(
    [
      `${ssh.here.home}/.ssh/none: the key cannot be used`,
      '  there is no such file',
      '  try: give the path of a private key as identity_file, or by --identity',
    ].join('\n'),
  )
})

test('an encrypted key without a terminal names ssh-add', async () => {
  const { file, fingerprint } = key('locked', '-N', 'open sesame')
  const ours = await startSshd({
    shell: 'dash',
    authorizedKeys: [execFileSync('cat', [`${file}.pub`], { encoding: 'utf8' }).trim()],
  })
  ssh.here.write('.ssh/known_hosts', ours.knownHostsText)
  const error = await failure(
    ssh.start({ overrides: { identityFile: file } }).connect(hostSpec('web1', { port: ours.port })),
  )
  expect(error.failure.why).toEqual([
    `tried: publickey locked ${fingerprint}`,
    `not usable: locked: it is encrypted, and there is no terminal to ask for its passphrase: ssh-add ${file}`,
  ])
  await ours.stop()
})

test('a host that hangs up on a fast login is entered the usual way, on a second connection', async () => {
  const proxy = await startProxy(ssh.sshd.port, { delayMs: 30 })
  const web1 = hostSpec('web1', { port: proxy.port })
  const first = ssh.start()
  await first.connect(web1)
  first.close()
  // Cut while the signature is on its way: after TCP, banner and key exchange.
  const cut = setInterval(() => {
    if (proxy.connections() === 2 && proxy.roundTrips() >= 3 + before) {
      clearInterval(cut)
      proxy.drop()
    }
  }, 1)
  const before = proxy.roundTrips()
  expect((await ssh.start().connect(web1)).login).toBe('publickey id_ed25519')
  expect(proxy.connections()).toBe(3)
  await proxy.stop()
})

test('a host with nothing but old algorithms is said to have them', async () => {
  const old = await startSshd({ shell: 'dash', config: ['KexAlgorithms diffie-hellman-group14-sha256'] })
  ssh.here.write('.ssh/known_hosts', old.knownHostsText)
  const error = await failure(
    ssh.start().connect(hostSpec('web1', { port: old.port, user: 'deploy', transport: 'ssh2' })),
  )
  expect(error.message).toBe(
    [
      `web1: 127.0.0.1:${old.port} and venvoy have no algorithm in common`,
      '  Handshake failed: no matching key exchange algorithm',
      `  try: ssh -v -p ${old.port} deploy@127.0.0.1   # shows what the host offers; venvoy knows curve25519 and ecdh, aes-gcm and aes-ctr`,
    ].join('\n'),
  )
  await old.stop()
})
