import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ssh } from '../../src/transport/ssh.js'
import { builtProgram } from '../cli/support/built.js'
import { newFolder, venvoy } from '../cli/support/venvoy.js'
import { processes, until } from '../support/processes.js'
import { startProxy } from '../support/proxy.js'
import { type ControlSide, controlSide, hostSpec, runOn } from '../support/ssh.js'
import { failure } from '../support/ssh-tests.js'
import { type Sshd, startSshd } from '../support/sshd.js'

/** A host that lets in certificates of its authority only, and shows a certificate itself. */
let sshd: Sshd
let authorities: string
let here: ControlSide
const runs: Ssh[] = []

beforeAll(async () => {
  authorities = mkdtempSync(join(tmpdir(), 'venvoy-ca-'))
  for (const name of ['users', 'hosts', 'strangers']) {
    keygen('-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(authorities, name))
  }
  writeFileSync(join(authorities, 'principals'), 'deployers\n')
  sshd = await startSshd({
    shell: 'dash',
    hostKeys: ['ed25519'],
    hostAuthority: join(authorities, 'hosts'),
    config: [
      `TrustedUserCAKeys ${join(authorities, 'users.pub')}`,
      `AuthorizedPrincipalsFile ${join(authorities, 'principals')}`,
      'AuthorizedKeysFile none',
    ],
  })
})
afterAll(async () => {
  await sshd.stop()
  rmSync(authorities, { recursive: true, force: true })
})
beforeEach(() => {
  here = controlSide()
  trust('hosts')
})
afterEach(() => {
  for (const run of runs.splice(0)) run.close()
  here.remove()
})

const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { stdio: 'ignore' })

function trust(authority: string): void {
  here.write('.ssh/known_hosts', `@cert-authority *127.0.0.1* ${publicKey(authority)}`)
}

const print = (file: string) => execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1]

const publicKey = (authority: string) => readFileSync(join(authorities, `${authority}.pub`), 'utf8')

/** A key in the control side's home, with a certificate beside it. */
function certified({
  by = 'users',
  principal = 'deployers',
  valid = 'always:forever',
  path = '.ssh/work',
} = {}): string {
  const file = here.write(path, '')
  rmSync(file)
  keygen('-q', '-t', 'ed25519', '-N', '', '-C', 'work', '-f', file)
  keygen('-q', '-s', join(authorities, by), '-I', 'me', '-n', principal, '-V', valid, `${file}.pub`)
  return file
}

function start(options: Parameters<ControlSide['ssh']>[0] = {}): Ssh {
  const run = here.ssh(options)
  runs.push(run)
  return run
}

const web1 = (more = {}) => hostSpec('web1', { port: sshd.port, ...more })

describe('a host with certificates only is entered by the system’s ssh, and why is said', () => {
  test('with a certificate beside the key', async () => {
    here.write('.ssh/known_hosts', sshd.knownHostsText)
    const connection = await start({ overrides: { identityFile: certified() } }).connect(web1())
    expect(connection.login).toBe('publickey work (certificate) (ssh)')
    expect(connection.place).toEqual({ address: '127.0.0.1', ip: '127.0.0.1' })
    expect(await runOn(connection, 'cat; echo err >&2; exit 3', 'in\n')).toEqual({
      ...{ stdout: 'in\n', stderr: 'err\n', code: 3 },
    })
    expect(here.notes).toEqual(["web1: reached by the system's ssh: there is a certificate to show (work-cert.pub)"])
  })

  test('with CertificateFile, known by the authority of its own certificate', async () => {
    const file = certified()
    copyFileSync(`${file}-cert.pub`, join(here.home, 'elsewhere.pub'))
    rmSync(`${file}-cert.pub`)
    here.write('.ssh/config', `IdentityFile ${file}\nCertificateFile ${join(here.home, 'elsewhere.pub')}\n`)
    expect((await start().connect(web1())).login).toBe('publickey elsewhere.pub (certificate) (ssh)')
    expect(here.notes).toEqual(["web1: reached by the system's ssh: known_hosts knows it by a certificate authority"])
  })

  test('with a certificate in the agent', async () => {
    const socket = join(here.home, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(agent.stdout, 'data')
    const env = { ...process.env, SSH_AUTH_SOCK: socket }
    execFileSync('ssh-add', ['-q', certified()], { env, stdio: 'ignore' })
    here.write('.ssh/known_hosts', sshd.knownHostsText)
    expect((await start({ env }).connect(web1())).login).toBe('publickey work (certificate) (ssh)')
    expect(here.notes).toEqual(["web1: reached by the system's ssh: there is a certificate to show (agent work)"])
    agent.kill()
    await once(agent, 'exit')
  })
})

describe('what does not fit is said', () => {
  test('a certificate that has expired', async () => {
    const identityFile = certified({ valid: '20200101:20200102' })
    const error = await failure(start({ overrides: { identityFile } }).connect(web1()))
    expect(error.kind).toBe('unreachable')
    expect(error.failure.what).toBe(`127.0.0.1 does not let ${userInfo().username} in`)
    expect(error.failure.why).toEqual([
      expect.stringMatching(/^tried: publickey work SHA256:/),
      expect.stringMatching(/^tried: publickey work \(certificate\) SHA256:/),
      'the host takes: publickey',
      `shown: work-cert.pub, for deployers, expired on 2020-01-02, by ${print(join(authorities, 'users'))}`,
    ])
  })

  test('a certificate for somebody else', async () => {
    const identityFile = certified({ principal: 'readers' })
    const error = await failure(start({ overrides: { identityFile } }).connect(web1()))
    expect(error.failure.why).toContain(`shown: work-cert.pub, for readers, by ${print(join(authorities, 'users'))}`)
  })

  test('a host whose certificate is of another authority', async () => {
    trust('strangers')
    const error = await failure(start({ overrides: { identityFile: certified() } }).connect(web1()))
    expect(error.kind).toBe('host-key')
    expect(error.failure.why).toEqual([
      `offered: ED25519 ${print(join(sshd.folder, 'host_ed25519.pub'))}, certified by ${print(join(authorities, 'hosts'))}`,
      `trusted: certificates by ${print(join(authorities, 'strangers'))}   (${here.home}/.ssh/known_hosts:1)`,
      `looked in: ${here.home}/.ssh/known_hosts, ${here.home}/.ssh/known_hosts2`,
    ])
  })

  test('that there is no ssh', async () => {
    const run = start({ overrides: { identityFile: certified() }, env: { PATH: here.home } })
    const error = await failure(run.connect(web1()))
    expect(error.message).toBe(
      [
        'web1: only ssh could reach it, and there is no ssh on PATH',
        '  known_hosts knows it by a certificate authority',
        "  try: install OpenSSH's client (Debian: openssh-client)",
      ].join('\n'),
    )
  })
})

describe('through a jump host that takes certificates only', () => {
  test.each(['ssh2', 'ssh'] as const)('hosts by %s share one connection to it', async (transport) => {
    const inner = await startSshd({ shell: 'dash', hostKeys: ['ed25519'] })
    const bastion = await startProxy(sshd.port)
    here.write('.ssh/known_hosts', `${inner.knownHostsText}@cert-authority *127.0.0.1* ${publicKey('hosts')}`)
    here.write('.ssh/config', `IdentityFile ${inner.keyFile}\nHost bastion\n  IdentityFile ${certified()}\n`)
    const run = start({ hosts: [hostSpec('bastion', { port: bastion.port, address: 'bastion' })] })
    here.write(
      '.ssh/config',
      `Host bastion\n  HostName 127.0.0.1\n  IdentityFile ${certified()}\nHost *\n  IdentityFile ${inner.keyFile}\n`,
    )
    const all = await Promise.all(
      ['web1', 'web2', 'web3'].map((name) =>
        run.connect(hostSpec(name, { port: inner.port, jump: 'bastion', transport })),
      ),
    )
    const ran = await Promise.all(all.map((each) => runOn(each, 'echo in')))
    expect(ran.map(({ stdout }) => stdout)).toEqual(['in\n', 'in\n', 'in\n'])
    expect(bastion.connections()).toBe(1)
    await bastion.stop()
    await inner.stop()
  })
})

test('a host with a post-quantum key exchange only is entered, after ssh2 has found nothing in common', async () => {
  const modern = await startSshd({
    shell: 'dash',
    hostKeys: ['ed25519'],
    config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
  })
  const proxy = await startProxy(modern.port)
  const web1 = hostSpec('web1', { port: proxy.port })
  here.write('.ssh/known_hosts', modern.knownHostsText.replaceAll(`]:${modern.port}`, ']:*'))
  const login = async () => {
    const run = start({ overrides: { identityFile: modern.keyFile } })
    const connection = await run.connect(web1).finally(() => run.close())
    return [connection.login, proxy.connections()]
  }
  expect(await login()).toEqual(['publickey id_ed25519 (ssh)', 2])
  // The next run knows it.
  expect(await login()).toEqual(['publickey id_ed25519 (ssh)', 3])
  const note = "web1: reached by the system's ssh: ssh2 has no algorithm in common with it"
  expect(here.notes).toEqual([note, note])
  expect(readFileSync(here.stateFile, 'utf8')).toContain('no algorithm in common')
  await modern.stop()
  expect(await login().catch((error) => error.kind)).toBe('unreachable')
  expect(readFileSync(here.stateFile, 'utf8')).not.toContain('no algorithm in common')
  await proxy.stop()
})

describe('a run', () => {
  const files = () => ({
    'deploy.yml': `project: blog
hosts:
  web1: { address: 127.0.0.1, port: ${sshd.port}, user: ${sshd.user}, identity_file: ${join(here.home, '.ssh/work')} }
instances: { staging: { hosts: [web1] } }
tasks: { hello: { on: hosts, run: ['echo one', 'echo two >&2'] } }
`,
  })

  test('says once who speaks SSH, and is as any other', async () => {
    certified()
    const { code, stdout, stderr } = await venvoy({
      args: ['run', '--plain', 'hello'],
      files: files(),
      home: here.home,
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'web1 | one\n' })
    expect(stderr).toContain("web1: reached by the system's ssh: known_hosts knows it by a certificate authority\n")
  })

  test('of check says how far each failing connection came', async () => {
    certified({ principal: 'readers' })
    const { code, stdout } = await venvoy({ args: ['check'], files: files(), home: here.home })
    const name = userInfo().username
    expect(code).toBe(3)
    expect(
      stdout
        .replaceAll(String(sshd.port), 'PORT')
        .replace(/SHA256:\S+/g, 'PRINT')
        .replace(/ +$/gm, ''),
    ).toBe(
      `host           finding
web1  PROBLEM  127.0.0.1 does not let ${name} in
               address: ${name}@127.0.0.1:PORT
               by: the system's ssh
               name lookup: ok
               TCP connection: ok, 127.0.0.1
               banner: ok, OpenSSH_9.2p1
               key exchange: ok, sntrup761x25519-sha512, host key ED25519 PRINT certified by PRINT
               login: failed
`,
    )
  })

  test('that is killed leaves no ssh behind', async () => {
    certified()
    const project = newFolder()
    writeFileSync(join(project, 'deploy.yml'), files()['deploy.yml'])
    const run = spawn(process.execPath, [...builtProgram, 'exec', '-H', 'web1', '--', 'sleep 4321'], {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: here.home, TMPDIR: here.home },
      stdio: 'ignore',
    })
    const ours = () => processes().filter(({ args }) => args.startsWith('ssh ') && args.includes(`Port=${sshd.port}`))
    await until('the command runs', () => processes().some(({ args }) => args.startsWith('sleep 4321')), 30)
    expect(ours()).toHaveLength(1)
    run.kill('SIGKILL')
    await until('ssh has ended', () => ours().length === 0)
    const left = () => readdirSync(here.home).filter((name) => name.startsWith('venvoy-ssh-'))
    expect(left()).toHaveLength(1)
    await venvoy({
      args: ['exec', '-H', 'web1', '--', 'true'],
      files: files(),
      home: here.home,
      env: { TMPDIR: here.home },
    })
    expect(left()).toEqual([])
  })
})
