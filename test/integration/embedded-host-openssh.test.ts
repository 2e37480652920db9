import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedHost, startEmbeddedHost } from '../../src/testing/index.js'

let folder: string
let host: EmbeddedHost

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'venvoy-openssh-'))
  host = await startEmbeddedHost()
  await writeFile(join(folder, 'key'), host.clientKey, { mode: 0o600 })
  await writeFile(join(folder, 'known_hosts'), host.knownHosts)
})
afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true })
})

function ssh(command: string, { key = 'key', knownHosts = 'known_hosts', options = [] as readonly string[] } = {}) {
  const keys = ['-i', join(folder, key), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes']
  const trust = ['-o', `UserKnownHostsFile=${join(folder, knownHosts)}`, '-o', 'StrictHostKeyChecking=yes']
  const target = ['-p', String(host.port), `${host.user}@${host.address}`]
  return spawn('ssh', ['-F', 'none', '-o', 'LogLevel=ERROR', ...keys, ...trust, ...options, ...target, command])
}

async function result(client: ReturnType<typeof ssh>, input?: Buffer) {
  client.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(client.stdout),
    buffer(client.stderr),
    once(client, 'close'),
  ])
  return { stdout, stderr: stderr.toString(), code }
}

describe("OpenSSH's client", () => {
  it('logs in with the key, and gets both streams and the exit code', async () => {
    const { stdout, stderr, code } = await result(ssh('cat; pwd; echo oops >&2; exit 9'), Buffer.from('input\n'))
    expect([stdout.toString(), stderr, code]).toEqual([`input\n${host.home}\n`, 'oops\n', 9])
  })

  it('sends and gets bytes unchanged', async () => {
    const bytes = Buffer.from(Array.from({ length: 5_000_000 }, (_, i) => (i * 13 + (i >> 9)) & 255))
    const { stdout, code } = await result(ssh('cat'), bytes)
    expect([stdout.equals(bytes), code]).toEqual([true, 0])
  })

  it('reports a killed command as a failure', async () => {
    expect((await result(ssh('kill -TERM $$'))).code).toBe(255)
  })

  it('refuses the host under another key', async () => {
    const impostor = await startEmbeddedHost()
    await writeFile(join(folder, 'wrong'), impostor.knownHosts.replace(`:${impostor.port}`, `:${host.port}`))
    await impostor.stop()
    const { stderr, code } = await result(ssh('true', { knownHosts: 'wrong' }))
    expect([stderr, code]).toEqual([expect.stringContaining('Host key verification failed.'), 255])
  })

  it('is not let in with another key', async () => {
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'other')])
    const { stderr, code } = await result(ssh('true', { key: 'other' }))
    expect([stderr, code]).toEqual([`${host.user}@${host.address}: Permission denied (publickey).\r\n`, 255])
  })

  it('reaches another host through it', async () => {
    const inner = await startEmbeddedHost({ address: '127.0.0.2' })
    const client = ssh('true', { options: ['-W', `${inner.address}:${inner.port}`] })
    const [banner] = await once(client.stdout, 'data')
    expect(banner.toString()).toMatch(/^SSH-2\.0-/)
    client.kill()
    await inner.stop()
  })
})

it('a forgotten host does not keep its program from ending', async () => {
  const root = join(import.meta.dirname, '..', '..')
  const contents =
    "import { startEmbeddedHost } from './src/testing/index.ts'\nstartEmbeddedHost().then(({ home }) => console.log(home))"
  const outfile = join(folder, 'forgotten.cjs')
  await build({
    stdin: { contents, resolveDir: root },
    ...{ bundle: true, platform: 'node', format: 'cjs', packages: 'external', outfile },
    loader: { '.sh': 'text', '.py': 'text' },
  })
  const env = { ...process.env, NODE_PATH: join(root, 'node_modules'), TMPDIR: folder }
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 10_000, env })
  expect(stdout).toMatch(/\/venvoy-host-\w+\n$/)
})
