import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HostOptions, hostKinds, startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'
import { startProxy } from '../support/proxy.js'

let desk: Desk
const ends: (() => unknown)[] = []

beforeEach(() => {
  desk = openDesk()
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  desk.remove()
})

async function hostOf(kind: (typeof hostKinds)[number], options: HostOptions = {}): Promise<TestHost> {
  const host = await startHost(kind, options)
  ends.push(() => host.stop())
  return host
}

function project(web1: object, more: object = {}): void {
  desk.write('app/hello.py', 'print("hello")\n')
  desk.write('deploy.yml', {
    project: 'p',
    source: 'app',
    hosts: { web1 },
    instances: { main: { hosts: ['web1'] } },
    ...more,
  })
}

async function say(...args: string[]) {
  const { code, stdout, stderr } = await desk.venvoy(...args)
  return { code, stdout, stderr: desk.mask(stderr).trimEnd().split('\n') }
}

const task = ['exec', '-H', 'web1', '--', 'echo ran']
const not = (code: number, ...stderr: unknown[]) => ({ code, stdout: '', stderr })

describe('a host that cannot be reached', () => {
  it('does not resolve', async () => {
    project({ address: 'no-such-host.invalid' })
    expect(await say(...task)).toEqual(
      not(
        3,
        expect.stringMatching(/^web1: no-such-host\.invalid does not resolve( at the moment)?$/),
        '  try: getent hosts no-such-host.invalid',
      ),
    )
  })

  it('refuses the connection; a deploy says so in its report as well', async () => {
    project({ address: '127.0.0.1', port: 1, user: 'ann' })
    const why = ['web1: 127.0.0.1:1 refuses the connection', '  try: ssh -v -p 1 ann@127.0.0.1']
    expect(await say(...task)).toEqual(not(3, ...why))
    expect(await say('deploy')).toEqual(not(3, ...why, '1 unreachable in TIME', 'repeat: venvoy deploy'))
  })

  it('hangs before the banner, or says nothing any more', async () => {
    const host = await hostOf('sshd')
    const proxy = await startProxy(host.port)
    ends.push(() => proxy.stop())
    proxy.stall()
    project(desk.know(host, { port: proxy.port }))
    writeFileSync(join(desk.home, '.ssh/config'), 'ConnectTimeout 1\n')
    expect(await say(...task)).toEqual(
      not(
        3,
        `web1: 127.0.0.1:${proxy.port} accepts connections, but says nothing (waited 1 s for the banner)`,
        `  try: ssh -v -p ${proxy.port} ${host.user}@127.0.0.1`,
      ),
    )
  })

  it('speaks something else', async () => {
    const server: Server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(() => server.close())
    const { port } = server.address() as { port: number }
    project({ address: '127.0.0.1', port, user: 'ann' })
    expect(await say(...task)).toEqual(
      not(
        3,
        `web1: 127.0.0.1:${port} does not speak SSH`,
        '  it said: HTTP/1.1 400 Bad Request',
        `  try: look at the port in deploy.yml; ssh -v -p ${port} ann@127.0.0.1`,
      ),
    )
  })
})

describe.each(hostKinds)('%s', (kind) => {
  it('has a key that is not known, or another one than before', async () => {
    const host = await hostOf(kind)
    project(desk.know(host))
    const file = join(desk.home, '.ssh/known_hosts')
    writeFileSync(file, '')
    const unknown = await say(...task)
    expect([unknown.code, unknown.stdout]).toEqual([4, ''])
    expect(unknown.stderr[0]).toBe('web1: the host key of [127.0.0.1]:PORT1 is not known')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(desk.folder, 'other')])
    const other = execFileSync('cut', ['-d', ' ', '-f1,2', join(desk.folder, 'other.pub')], { encoding: 'utf8' })
    writeFileSync(file, `[127.0.0.1]:${host.port} ${other}`)
    const changed = await say(...task)
    expect([changed.code, changed.stdout, changed.stderr[0]]).toEqual([
      4,
      '',
      'web1: the host key of [127.0.0.1]:PORT1 has changed: the host was set up anew, or somebody is in between',
    ])
  })

  it('does not take the key, or the key cannot be used', async () => {
    const host = await hostOf(kind)
    const known = desk.know(host)
    const wrong = join(desk.home, '.ssh/wrong')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', wrong])
    const use = (identity_file: string) => {
      project({ ...known, identity_file })
      return say(...task)
    }
    const tried = (name: string) => expect.stringMatching(new RegExp(`^ {2}tried: publickey ${name} SHA256:`))
    const next = `  try: ssh-copy-id -p ${host.port} ${host.user}@127.0.0.1, or name the right key as identity_file`
    expect(await use(wrong)).toEqual(
      not(
        3,
        `web1: 127.0.0.1 does not let ${host.user} in`,
        tried('wrong'),
        expect.stringMatching(/takes: publickey/),
        next,
      ),
    )
    const locked = join(desk.home, '.ssh/locked')
    writeFileSync(locked, host.key, { mode: 0o600 })
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', locked])
    expect(await use(locked)).toEqual(
      not(
        3,
        `web1: 127.0.0.1 does not let ${host.user} in`,
        tried('locked'),
        '  not usable: locked: it is encrypted, and there is no terminal to ask for its passphrase: ssh-add DESK/home/.ssh/locked',
        next,
      ),
    )
    expect(await use('~/.ssh/none')).toEqual(
      not(
        3,
        'DESK/home/.ssh/none: the key cannot be used',
        '  there is no such file',
        '  try: give the path of a private key as identity_file, or by --identity',
      ),
    )
    writeFileSync(join(desk.home, '.ssh/garbage'), 'no key\n')
    const garbage = await use('~/.ssh/garbage')
    expect([garbage.code, garbage.stderr[0]]).toEqual([3, 'DESK/home/.ssh/garbage: the key cannot be used'])
  })

  it('has no python', async () => {
    const host = await hostOf(kind, { login: 'dash' })
    project(desk.know(host), { venv: { python: '3.99' } })
    const before = contentsOf(host.home)
    const said = await say('deploy')
    expect([said.code, said.stderr[0]]).toEqual([1, 'main on web1: there is no Python 3.99 on this host'])
    expect(differences(before, contentsOf(host.home))).toEqual([])
  })

  const startFiles = {
    prints: 'echo "Welcome!"; echo "Have fun" >&2\n',
    'returns early': 'case $- in *i*) ;; *) return ;; esac\n',
    'is broken': 'if then\n',
    'sets options': 'set -u; set -f; set -C; shopt -s nullglob 2>/dev/null; alias cd=false\n',
  }
  it.each(Object.entries(startFiles))('has a .bashrc that %s', async (_, text) => {
    const host = await hostOf(kind, { login: 'bash' })
    writeFileSync(join(host.home, '.bashrc'), text)
    project(desk.know(host))
    expect(await say(...task)).toEqual({ code: 0, stdout: 'ran\n', stderr: [''] })
    expect((await say('deploy', '--dry-run')).code).toBe(0)
  })

  it('has a .bashrc that ends the shell', async () => {
    const host = await hostOf(kind, { login: 'bash' })
    writeFileSync(join(host.home, '.bashrc'), 'echo "no entry" >&2; exit 7\n')
    project(desk.know(host))
    expect(await say(...task)).toEqual(
      not(
        3,
        'web1: the login shell ended with 7 before it ran anything',
        '  no entry',
        expect.stringMatching(/^ {2}try: ssh to web1 and run: /),
      ),
    )
  })

  it('has a login shell that runs nothing', async () => {
    const host = await hostOf(kind, { login: 'nologin' })
    project(desk.know(host))
    expect(await say(...task)).toEqual(
      not(
        3,
        'web1: the login shell ended with 1 before it ran anything',
        '  This account is currently not available.',
        expect.stringMatching(/^ {2}try: ssh /),
      ),
    )
    expect((await say('deploy')).stderr[0]).toBe('web1: the login shell ended with 1 before it ran anything')
  })

  it('has something else in the way, which stays as it was', async () => {
    const host = await hostOf(kind, { login: 'dash' })
    const folder = join(host.home, 'apps/p-main')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'notes'), 'of somebody else')
    project(desk.know(host))
    const before = contentsOf(folder)
    const said = await say('deploy')
    expect([said.code, said.stderr.slice(-7)]).toEqual([
      1,
      [
        'main on web1: take the deploy lock: exited with 1',
        "  HOME1/apps/p-main exists and is not an instance of venvoy's",
        '    it has no folder .venvoy, and it is not empty',
        '    try: choose another deploy.to, or give this one to venvoy: mkdir HOME1/apps/p-main/.venvoy',
        '  try: venvoy deploy -i main -H web1',
        '1 failed in TIME',
        'repeat: venvoy deploy',
      ],
    ])
    expect(contentsOf(folder)).toEqual(before)
  })
})

describe.skipIf(!mayMount())('a host whose disk is full', () => {
  it.each([1, 6])('after %i MB fails with the reason, and serves what it served', async (megabytes) => {
    const host = await hostOf('sshd', { login: 'dash' })
    project(desk.know(host))
    expect((await say('deploy')).code).toBe(0)
    const before = contentsOf(join(host.home, 'apps'))
    const disk = join(host.home, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk])
    ends.push(() => execFileSync('umount', [disk]))
    const onDisk = ['--set', 'venv.home=~/disk']
    const said = await say('deploy', ...onDisk)
    expect([said.code, said.stderr.join('\n')]).toEqual([1, expect.stringContaining('No space left on device\n')])
    // Who took the lock is written into it.
    const changes = differences(before, contentsOf(join(host.home, 'apps')))
    expect(changes.filter((line) => !line.includes('/.venvoy/lock '))).toEqual([])
    expect((await say('exec', '-i', 'main', '--', 'python hello.py')).stdout).toBe('hello\n')
    const check = await say('check', ...onDisk)
    expect([check.code, check.stdout]).toEqual([1, expect.stringMatching(/web1 {2}PROBLEM {2}0\.0 GB free for /)])
  })
})

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}
