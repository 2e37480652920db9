import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import ssh2, { type Client } from 'ssh2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedHost, startEmbeddedHost } from '../../src/testing/index.js'
import { exec, logIn, open, result } from './embedded-client.js'

const text = ({ stdout, stderr, code, signal }: Awaited<ReturnType<typeof exec>>) => ({
  stdout: stdout.toString(),
  stderr: stderr.toString(),
  code,
  signal,
})

let host: EmbeddedHost
let client: Client

beforeAll(async () => {
  host = await startEmbeddedHost()
  client = await logIn(host)
})
afterAll(async () => {
  client.end()
  await host.stop()
})

describe('a command', () => {
  it('is run by the shell, with its streams apart and its exit code', async () => {
    const exit = await exec(client, 'read line; echo "got $line"; echo oops >&2; exit 7', 'hello\n')
    expect(text(exit)).toEqual({ stdout: 'got hello\n', stderr: 'oops\n', code: 7, signal: undefined })
  })

  it('that is killed ends with the name of the signal', async () => {
    expect(text(await exec(client, 'kill -KILL $$'))).toEqual({ stdout: '', stderr: '', code: null, signal: 'SIGKILL' })
  })

  it('leads a session and a process group of its own', async () => {
    const { stdout } = await exec(client, 'echo $$; ps -o pgid= -o sid= -p $$')
    const [pid, group, session] = stdout.toString().trim().split(/\s+/)
    expect([group, session]).toEqual([pid, pid])
  })

  it('gets a signal that the client sends', async () => {
    const channel = await open(client, "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done")
    const [ready] = await once(channel, 'data')
    channel.signal('TERM')
    expect(ready.toString()).toBe('ready\n')
    expect(text(await result(channel))).toMatchObject({ stdout: 'caught\n', code: 3 })
  })

  it('that cannot be started ends with the reason', async () => {
    const broken = await startEmbeddedHost({ shell: '/no/such/shell' })
    const there = await logIn(broken)
    expect(text(await exec(there, 'true'))).toMatchObject({
      stderr: '/no/such/shell: spawn /no/such/shell ENOENT\n',
      code: 1,
    })
    there.end()
    await broken.stop()
    expect(text(await exec(client, 'echo a\0b'))).toMatchObject({ code: 1 })
  })

  it('runs beside others on the same connection', async () => {
    const commands = [...Array(20).keys()].map((i) => exec(client, `echo ${i}`))
    const outputs = (await Promise.all(commands)).map(({ stdout }) => stdout.toString().trim())
    expect(outputs).toEqual([...Array(20).keys()].map(String))
    expect(host.connections()).toBe(1)
  })
})

describe('its bytes', () => {
  it('pass through unchanged in both directions', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255))
    const { stdout, code } = await exec(client, 'cat', bytes)
    expect([stdout.equals(bytes), code]).toEqual([true, 0])
  })

  it('arrive whole when stdout and stderr each exceed the window', async () => {
    const flood = 'head -c 6000000 /dev/zero | tr "\\0" o & head -c 6000000 /dev/zero | tr "\\0" e >&2; wait'
    const { stdout, stderr } = await exec(client, flood)
    expect([stdout.equals(Buffer.alloc(6_000_000, 'o')), stderr.equals(Buffer.alloc(6_000_000, 'e'))]).toEqual([
      true,
      true,
    ])
  })

  it('wait for a client that does not read', async () => {
    const channel = await open(
      client,
      'i=0; while [ $i -lt 200 ]; do head -c 100000 /dev/zero; echo $i >written; i=$((i+1)); done',
    )
    await pause(400)
    const { stdout: written } = await exec(client, 'cat written')
    expect(Number(written.toString())).toBeLessThan(150)
    expect((await result(channel)).stdout.length).toBe(20_000_000)
  })

  it('that nobody reads are thrown away', async () => {
    expect(text(await exec(client, 'exec 0<&-; exit 4', Buffer.alloc(5_000_000)))).toMatchObject({ code: 4 })
  })
})

describe('the channel', () => {
  it('tells the exit status at once and closes when the last holder of the pipes has gone', async () => {
    const channel = await open(client, '(sleep 0.3; echo late) & echo early')
    const order: string[] = []
    channel.once('exit', () => order.push('exit'))
    channel.on('data', (chunk: Buffer) => order.push(chunk.toString().trim()))
    await once(channel, 'close')
    expect(order.filter((word) => word !== 'early')).toEqual(['exit', 'late'])
  })

  it('lets the command live when the client closes it', async () => {
    const channel = await open(client, "trap '' PIPE; echo $$; sleep 0.3; echo gone; echo alive >proof")
    await once(channel, 'data')
    channel.close()
    await expect.poll(() => existsSync(`${host.home}/proof`), { timeout: 5000 }).toBe(true)
  })

  it('lets the command live when the connection is lost', async () => {
    const other = await startEmbeddedHost()
    const there = await logIn(other)
    const channel = await open(there, 'echo started; sleep 0.3; echo alive >proof')
    await once(channel, 'data')
    const ended = result(channel)
    other.dropConnections()
    expect(text(await ended)).toMatchObject({ code: undefined, signal: undefined })
    await expect.poll(() => existsSync(`${other.home}/proof`), { timeout: 5000 }).toBe(true)
    await other.stop()
  })
})

describe('the home', () => {
  it('is where commands start, with an env that keeps them inside it', async () => {
    const { stdout } = await exec(client, 'pwd; env')
    const [cwd, ...env] = stdout.toString().trim().split('\n')
    expect(cwd).toBe(host.home)
    const outside = env.filter((line) => !/^(PATH|LANG|LC_\w+|PWD|OLDPWD|_|SHLVL|USER|LOGNAME|SHELL)=/.test(line))
    expect(outside.sort()).toEqual([
      `HOME=${host.home}`,
      `PIP_CACHE_DIR=${host.home}/.cache/pip`,
      'PIP_CONFIG_FILE=/dev/null',
      'PIP_DISABLE_PIP_VERSION_CHECK=1',
      `TMPDIR=${host.home}/tmp`,
      `XDG_CACHE_HOME=${host.home}/.cache`,
      `XDG_CONFIG_HOME=${host.home}/.config`,
      `XDG_DATA_HOME=${host.home}/.local/share`,
      `XDG_STATE_HOME=${host.home}/.local/state`,
    ])
  })

  it('is removed at the end with what still ran there, read-only folders and deaf processes too', async () => {
    const other = await startEmbeddedHost()
    const there = await logIn(other)
    const deaf = 'sh -c "trap \'\' TERM; while :; do sleep 0.1; done" >/dev/null 2>&1 &'
    const { stdout } = await exec(there, `mkdir -p ro/sub; : >ro/sub/file; chmod 500 ro/sub; ${deaf} echo $!`)
    const pid = Number(stdout.toString())
    expect(isAlive(pid)).toBe(true)
    await other.stop()
    expect([existsSync(other.home), isAlive(pid)]).toEqual([false, false])
  })

  it('stays where it was given', async () => {
    const home = await mkdtemp(join(tmpdir(), 'venvoy-given-'))
    const other = await startEmbeddedHost({ home, env: { COLOUR: 'blue' } })
    const there = await logIn(other)
    await exec(there, 'echo "$COLOUR" >kept')
    await other.stop()
    expect(readFileSync(join(home, 'kept'), 'utf8')).toBe('blue\n')
    await rm(home, { recursive: true })
  })
})

describe('faults', () => {
  let faulty: EmbeddedHost
  beforeEach(async () => {
    faulty = await startEmbeddedHost()
  })
  afterEach(async () => {
    await faulty.stop()
  })

  it('refuse: new connections are hung up, those that stand go on', async () => {
    const before = await logIn(faulty)
    faulty.setFaults({ refuse: true })
    await expect(logIn(faulty)).rejects.toThrow()
    expect(text(await exec(before, 'echo still here')).stdout).toBe('still here\n')
    faulty.setFaults({})
    const next = await logIn(faulty)
    next.end()
    before.end()
  })

  it('bannerDelay: the banner comes, but later', async () => {
    faulty.setFaults({ bannerDelay: 300 })
    const late = connect(faulty.port, faulty.address)
    await expect.poll(() => faulty.connections()).toBe(1)
    faulty.setFaults({})
    const order: string[] = []
    late.once('data', (banner: Buffer) => order.push(`late ${banner}`))
    const prompt = connect(faulty.port, faulty.address)
    prompt.once('data', (banner: Buffer) => order.push(`prompt ${banner}`))
    await once(late, 'data')
    expect(order).toEqual([expect.stringMatching(/^prompt SSH-2\.0-/), expect.stringMatching(/^late SSH-2\.0-/)])
    late.destroy()
    prompt.destroy()
  })

  it('bannerDelay Infinity: nothing is ever said', async () => {
    faulty.setFaults({ bannerDelay: Number.POSITIVE_INFINITY })
    await expect(logIn(faulty, { readyTimeout: 150 })).rejects.toThrow('Timed out while waiting for handshake')
  })
})

describe('logins', () => {
  const other = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })

  it.each([
    ['another key', { privateKey: other.private }],
    ['another user', { username: 'nobody-here' }],
    ['a password where none is set', { privateKey: undefined, password: '' }],
  ])('%s is refused', async (_name, config) => {
    await expect(logIn(host, config as object)).rejects.toThrow('All configured authentication methods failed')
  })

  it('by an authorized key, a password or answers are let in where that was said', async () => {
    const keyboardInteractive = [{ prompt: 'Code: ', answer: '123' }]
    const login = { authorizedKeys: [other.public], password: 'pw', keyboardInteractive }
    const open = await startEmbeddedHost({ login })
    const ways = [
      { privateKey: other.private },
      { password: 'pw', authHandler: ['password' as const] },
      { tryKeyboard: true, authHandler: ['keyboard-interactive' as const] },
    ]
    for (const way of ways.slice(0, 2)) (await logIn(open, way)).end()
    expect(await askedAndAnswered(open, '123')).toEqual(['Code: ', 'in'])
    expect(await askedAndAnswered(open, 'wrong')).toEqual(['Code: ', 'out'])
    await open.stop()
  })
})

describe('the TCP side', () => {
  it('listens where it is told', async () => {
    const other = await startEmbeddedHost({ address: '127.0.0.7' })
    expect(other.knownHosts).toMatch(
      new RegExp(`^\\[127\\.0\\.0\\.7\\]:${other.port} ssh-ed25519 [A-Za-z0-9+/]{68}\n$`),
    )
    const there = await logIn(other)
    expect(text(await exec(there, 'echo $0')).stdout).toBe('/bin/sh\n')
    there.end()
    await other.stop()
  })

  it('says when it cannot listen', async () => {
    await expect(startEmbeddedHost({ port: host.port })).rejects.toThrow('EADDRINUSE')
  })

  it('forwards, as a bastion does', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const { port } = echo.address() as { port: number }
    const tunnel = await new Promise<Socket>((resolve, reject) =>
      client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, stream) =>
        error ? reject(error) : resolve(stream as unknown as Socket),
      ),
    )
    tunnel.write('through')
    const [chunk] = await once(tunnel, 'data')
    expect(chunk.toString()).toBe('through')
    tunnel.end()
    echo.close()
  })
})

/** Not counting a zombie, which some containers keep. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout !== '' && !stdout.startsWith('Z')
}

function askedAndAnswered(host: EmbeddedHost, answer: string): Promise<string[]> {
  const seen: string[] = []
  return new Promise((resolve) => {
    const client = new ssh2.Client()
    client.on('keyboard-interactive', (_name, _text, _lang, prompts, finish) => {
      seen.push(...prompts.map(({ prompt }) => prompt))
      finish([answer])
    })
    client.once('ready', () => client.end())
    client.once('ready', () => resolve([...seen, 'in']))
    client.on('error', () => resolve([...seen, 'out']))
    const { address, port, user: username } = host
    client.connect({ host: address, port, username, tryKeyboard: true, authHandler: ['keyboard-interactive'] })
  })
}
