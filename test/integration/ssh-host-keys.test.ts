import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ControlSide, hostSpec, runOn } from '../support/ssh.js'
import { failure, sshTests } from '../support/ssh-tests.js'

const ssh = sshTests({ hostKeys: ['ed25519', 'rsa'], isKnown: false })

describe.each(['ssh2', 'ssh'] as const)('by %s', (transport) => {
  const host = () => hostSpec('web1', { port: ssh.sshd.port, transport })
  const connect = async (options: Parameters<ControlSide['ssh']>[0] = {}) => ssh.start(options).connect(host())
  const login = (fast: string) => `publickey id_ed25519${transport === 'ssh' ? ' (ssh)' : fast}`
  const knownHostsFile = () => join(ssh.here.home, '.ssh/known_hosts')
  const name = () => `[127.0.0.1]:${ssh.sshd.port}`
  const fingerprintOf = (type: string) =>
    execFileSync('ssh-keygen', ['-lf', join(ssh.sshd.folder, `host_${type}.pub`)], { encoding: 'utf8' }).split(' ')[1]!
  const lineOf = (type: string) => ssh.sshd.knownHostsText.split('\n').find((line) => line.includes(type))!
  const otherKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBJXyWGcsMiSGVtLPzQVOWlG8K6p0sS+SbTkhFr3gBsq'

  describe('a host is let in with', () => {
    const rows: [string, () => string][] = [
      ['its plain line', () => ssh.sshd.knownHostsText],
      ['only its RSA key known', () => lineOf('ssh-rsa')],
      ['a wildcard', () => `[127.0.0.*]:* ${lineOf('ssh-ed25519').split(' ').slice(1).join(' ')}`],
      ['a line without the port', () => `127.0.0.1 ${lineOf('ssh-ed25519').split(' ').slice(1).join(' ')}`],
      ['another key of the same host beside its own', () => `${name()} ${otherKey}\n${lineOf('ssh-ed25519')}`],
    ]
    test.each(rows)('%s', async (_, text) => {
      ssh.here.write('.ssh/known_hosts', `# mine\n${text()}\n`)
      expect(await runOn(await connect(), 'echo in')).toEqual({ stdout: 'in\n', stderr: '', code: 0 })
    })

    test('a name that ssh-keygen has hashed', async () => {
      ssh.here.write('.ssh/known_hosts', ssh.sshd.knownHostsText)
      execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHostsFile()], { stdio: 'ignore' })
      expect(readFileSync(knownHostsFile(), 'utf8')).toMatch(/^\|1\|/)
      expect((await connect()).login).toBe(login(''))
    })
  })

  test('a changed key is refused with both fingerprints and the line that forgets the old one', async () => {
    ssh.here.write('.ssh/known_hosts', `# mine\n${name()} ${otherKey}\n`)
    const error = await failure(connect({ hostKeys: 'accept-new' }))
    expect(error.kind).toBe('host-key')
    expect(error.message).toBe(
      [
        `web1: the host key of ${name()} has changed: the host was set up anew, or somebody is in between`,
        `  known:   ED25519 ${otherFingerprint()}   (${knownHostsFile()}:2)`,
        `  offered: ED25519 ${fingerprintOf('ed25519')}`,
        "  try: compare the offered key with the host's own (on its console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub);",
        '       if they are the same:',
        `       ssh-keygen -f ${knownHostsFile()} -R '${name()}'`,
      ].join('\n'),
    )
  })

  function otherFingerprint(): string {
    return execFileSync('ssh-keygen', ['-lf', '-'], { input: otherKey, encoding: 'utf8' }).split(' ')[1]!
  }

  test('a revoked key is refused even where another line knows it', async () => {
    ssh.here.write(
      '.ssh/known_hosts',
      `@revoked * ${lineOf('ssh-ed25519').split(' ').slice(1).join(' ')}\n${lineOf('ssh-ed25519')}\n`,
    )
    const error = await failure(connect({ hostKeys: 'accept-new' }))
    expect(error.kind).toBe('host-key')
    expect(error.message).toBe(
      [
        `web1: the host key of ${name()} is revoked`,
        `  offered: ED25519 ${fingerprintOf('ed25519')}`,
        `  revoked: ${knownHostsFile()}:1`,
        '  try: give the host a new key: ssh-keygen -A on the host, then restart its sshd',
      ].join('\n'),
    )
  })

  test('an unknown key is refused where there is nobody to ask', async () => {
    const error = await failure(connect())
    expect(error.kind).toBe('host-key')
    expect(error.message).toBe(
      [
        `web1: the host key of ${name()} is not known`,
        `  offered: ED25519 ${fingerprintOf('ed25519')}`,
        `  looked in: ${knownHostsFile()}, ${knownHostsFile()}2`,
        '  try: log in once with ssh and compare the key, or repeat with --accept-new to take new keys as they are',
      ].join('\n'),
    )
  })

  test('a new key is written down when new keys are accepted, and known the next time', async () => {
    const first = ssh.start({ hostKeys: 'accept-new' })
    await first.connect(host())
    expect(ssh.here.notes.filter((note) => !note.includes('deploy.yml'))).toEqual([
      `web1: its new host key was taken as it is: ED25519 ${fingerprintOf('ed25519')}`,
    ])
    await expect.poll(() => statSync(knownHostsFile(), { throwIfNoEntry: false })?.size).toBeGreaterThan(0)
    expect(readFileSync(knownHostsFile(), 'utf8')).toBe(`${lineOf('ssh-ed25519')}\n`)
    expect(statSync(knownHostsFile()).mode & 0o777).toBe(transport === 'ssh' ? 0o644 : 0o600)
    first.close()
    expect((await connect({ hostKeys: 'strict' })).login).toBe(login(' (fast)'))
  })

  // ssh itself writes behind a last line that has no end.
  const unended = transport === 'ssh' ? '\n' : ''
  test('a new name is hashed where the others are', async () => {
    ssh.here.write(
      '.ssh/known_hosts',
      `|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ${otherKey}${unended}`,
    )
    await connect({ hostKeys: 'accept-new' })
    await expect.poll(() => readFileSync(knownHostsFile(), 'utf8').split('\n').length).toBe(3)
    expect(readFileSync(knownHostsFile(), 'utf8').split('\n')[1]).toMatch(/^\|1\|\S+\|\S+ ssh-ed25519 AAAA/)
    expect(execFileSync('ssh-keygen', ['-F', name(), '-f', knownHostsFile()], { encoding: 'utf8' })).toContain(
      'found: line 2',
    )
  })

  test('the person is asked once for all connections to one unknown host', async () => {
    const questions: string[] = []
    const ask = {
      confirm: async (question: string) => questions.push(question) > 0,
      secret: () => Promise.reject(new Error('no secret is wanted')),
    }
    const run = ssh.start({ ask })
    await Promise.all([run.connect(host()), run.connect(host()), run.connect(host())])
    expect(questions).toEqual([
      `web1 (${name()}) is not known. Its key is ED25519 ${fingerprintOf('ed25519')}. Is it the right one?`,
    ])
  })

  test('a no is a refusal, and nothing is written down', async () => {
    const ask = { confirm: async () => false, secret: async () => '' }
    const error = await failure(connect({ ask }))
    expect(error.kind).toBe('host-key')
    expect(error.failure.what).toBe(`the host key of ${name()} was not accepted`)
    expect(statSync(knownHostsFile(), { throwIfNoEntry: false })).toBe(undefined)
  })
})
