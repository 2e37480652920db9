import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { joinMaster, type MuxConnection } from '../../src/transport/mux-connection.js'
import { muxSessions } from '../../src/transport/mux-sessions.js'
import { openChannel } from '../../src/transport/ssh-channel.js'
import { internalsOf } from '../../src/transport/ssh2-internals.js'
import { ssh2Sessions } from '../../src/transport/ssh2-sessions.js'
import type { Channel } from '../../src/transport/transport.js'
import { type Sshd, startSshd } from '../support/sshd.js'

let sshd: Sshd
let client: ssh2.Client
let master: ChildProcess
let mux: MuxConnection

beforeAll(async () => {
  sshd = await startSshd({ shell: 'dash', hostKeys: ['ed25519'] })
  client = new ssh2.Client()
  const ready = once(client, 'ready')
  client.connect({ host: sshd.host, port: sshd.port, username: sshd.user, privateKey: readFileSync(sshd.keyFile) })
  await ready
  const path = join(sshd.folder, 'master')
  master = spawn('ssh', ['-MN', '-F', 'none', '-S', path, ...to(sshd)], { stdio: 'ignore' })
  while (!existsSync(path)) await sleep(20)
  mux = await joinMaster(path)
})
afterAll(async () => {
  client.end()
  mux.close()
  master.kill()
  await sshd.stop()
})

const to = ({ keyFile, port, user, host }: Sshd) => [
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-i', keyFile],
  ...['-p', String(port), `${user}@${host}`],
]

const sides = [
  ['with the private side of ssh2', () => ssh2Sessions(client, internalsOf(client), undefined)],
  ['without it', () => ssh2Sessions(client, undefined, undefined)],
  ["by the system's ssh", () => muxSessions(mux, true)],
  ["by the system's ssh, with nothing sent early", () => muxSessions(mux, false)],
] as const

describe.each(sides)('%s', (_, sessions) => {
  const open = (command: string, input: Uint8Array, onOutput: (stream: string, chunk: Uint8Array) => void) =>
    openChannel(
      {
        label: 'web1',
        sessions: sessions(),
        isLost: () => false,
        brake: undefined,
      },
      command,
      input,
      onOutput,
    )

  async function finish(channel: Channel) {
    channel.end()
    return channel.closed
  }

  const sizes = [0, 1, 32 * 1024, 32 * 1024 + 1, 128 * 1024, 128 * 1024 + 1, 5 * 1024 * 1024]
  test.each(sizes)('%i bytes of input arrive unchanged, and what is written later comes after them', async (size) => {
    const input = randomBytes(size)
    const received: Uint8Array[] = []
    const channel = await open('cat', input, (_stream, chunk) => received.push(chunk))
    await channel.write(Buffer.from('later'))
    expect(await finish(channel)).toEqual({ code: 0 })
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
    expect(hash(Buffer.concat(received))).toBe(hash(Buffer.concat([input, Buffer.from('later')])))
  })

  test('much on stderr does not stop stdout', async () => {
    const bytes = { stdout: 0, stderr: 0 }
    const command = 'head -c 8000000 /dev/zero >&2; head -c 3000000 /dev/zero; exit 3'
    const channel = await open(command, Buffer.alloc(0), (stream, chunk) => {
      bytes[stream as keyof typeof bytes] += chunk.length
    })
    expect(await finish(channel)).toEqual({ code: 3 })
    expect(bytes).toEqual({ stdout: 3_000_000, stderr: 8_000_000 })
  })

  test('a write to a command that has ended neither fails nor hangs', async () => {
    const channel = await open('exit 5', Buffer.alloc(0), () => {})
    await channel.write(Buffer.alloc(4_000_000))
    expect(await channel.closed).toEqual({ code: 5 })
    await channel.write(Buffer.from('too late'))
  })

  test('a host that has no more sessions to give is a failure that says so', async () => {
    // sshd gives ten.
    const opened = await Promise.allSettled(Array.from({ length: 12 }, () => open('cat', Buffer.alloc(0), () => {})))
    const refused = opened.flatMap((each) => (each.status === 'rejected' ? [String(each.reason.message)] : []))
    expect(new Set(refused.map((text) => text.replace('(SSH) Channel open failure: ', '')))).toEqual(
      new Set([
        [
          'web1: the host lets us in, but runs no command',
          '  open failed',
          "  try: look at ForceCommand, MaxSessions and the account's shell on the host",
        ].join('\n'),
      ]),
    )
    for (const each of opened) if (each.status === 'fulfilled') await finish(each.value)
  })
})
