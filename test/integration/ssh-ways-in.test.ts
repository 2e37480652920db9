import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection as ServerConnection } from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startProxy } from '../support/proxy.js'
import { hostSpec, runOn } from '../support/ssh.js'
import { sshTests } from '../support/ssh-tests.js'
import { startSshd } from '../support/sshd.js'

const ssh = sshTests()

/** A person who types these, and what they were asked. */
function person(...answers: string[]) {
  const asked: string[] = []
  const secret = async (prompt: string) => {
    asked.push(prompt)
    return answers.shift() ?? ''
  }
  return { asked, ask: { confirm: async () => true, secret } }
}

describe('through a jump host', () => {
  test('five hosts share one connection', async () => {
    const bastion = await startProxy(ssh.sshd.port)
    const run = ssh.start({ hosts: [hostSpec('bastion', { port: bastion.port })] })
    const names = ['web1', 'web2', 'web3', 'web4', 'web5']
    const through = (name: string) => run.connect(hostSpec(name, { port: ssh.sshd.port, jump: 'bastion' }))
    const connections = await Promise.all(names.map(through))
    const ran = await Promise.all(connections.map((each, index) => runOn(each, `echo ${names[index]}`)))
    expect(ran.map(({ stdout }) => stdout)).toEqual(names.map((name) => `${name}\n`))
    expect(bastion.connections()).toBe(1)
    await bastion.stop()
  })

  test('a chain in ssh_config is followed in its order', async () => {
    const [first, second] = [await startProxy(ssh.sshd.port), await startProxy(ssh.sshd.port)]
    ssh.here.write(
      '.ssh/config',
      `Host deep\n  HostName 127.0.0.1\n  ProxyJump 127.0.0.1:${first.port},127.0.0.1:${second.port}\n`,
    )
    const connection = await ssh.start().connect(hostSpec('deep', { address: 'deep', port: ssh.sshd.port }))
    expect((await runOn(connection, 'echo through')).stdout).toBe('through\n')
    expect([first.connections(), second.connections()]).toEqual([1, 1])
    await first.stop()
    await second.stop()
  })

  test('a host that it cannot reach is said as such', async () => {
    const run = ssh.start({ hosts: [hostSpec('bastion', { port: ssh.sshd.port })] })
    const attempt = run.connect(hostSpec('web1', { port: 1, jump: 'bastion' }))
    await expect(attempt).rejects.toThrow(
      'web1: the jump host bastion cannot reach 127.0.0.1:1: Connection refused\n  try: ',
    )
  })

  test('its own failure is told under the name of the host behind it', async () => {
    const run = ssh.start({ hosts: [hostSpec('bastion', { port: 1, user: 'deploy' })] })
    const attempt = run.connect(hostSpec('web1', { port: ssh.sshd.port, jump: 'bastion' }))
    await expect(attempt).rejects.toThrow(
      'web1: its jump host bastion: 127.0.0.1:1 refuses the connection\n  try: ssh -v -p 1 deploy@127.0.0.1',
    )
  })
})

describe('with an agent', () => {
  test('its keys log in, and log in fast the next time', async () => {
    const socket = join(ssh.here.home, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(agent.stdout, 'data')
    execFileSync('ssh-add', ['-q', ssh.sshd.keyFile], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: 'ignore',
    })
    const env = { SSH_AUTH_SOCK: socket }
    const logins: string[] = []
    for (const _ of ['first', 'second']) {
      const run = ssh.start({ overrides: {}, env })
      const connection = await run.connect(hostSpec('web1', { port: ssh.sshd.port }))
      logins.push(connection.login, (await runOn(connection, 'echo in')).stdout)
      run.close()
    }
    expect(logins).toEqual(['publickey agent test', 'in\n', 'publickey agent test (fast)', 'in\n'])
    agent.kill()
    await once(agent, 'exit')
  })

  test('one that is gone is as if there were none', async () => {
    const run = ssh.start({ env: { SSH_AUTH_SOCK: join(ssh.here.home, 'no-agent') } })
    expect((await run.connect(hostSpec('web1', { port: ssh.sshd.port }))).login).toBe('publickey id_ed25519')
  })
})

describe('with a key that fast login knew', () => {
  test('a key that is not accepted any more gives way to the next one, on the same connection', async () => {
    const file = join(ssh.here.home, 'old')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file])
    const ours = await startSshd({ shell: 'dash', authorizedKeys: [readFileSync(`${file}.pub`, 'utf8').trim()] })
    const proxy = await startProxy(ours.port)
    ssh.here.write('.ssh/known_hosts', ours.knownHostsText.replaceAll(`]:${ours.port}`, ']:*'))
    ssh.here.write('.ssh/config', `IdentityFile ${file}\nIdentityFile ${ours.keyFile}\n`)
    const first = ssh.start({ overrides: {} })
    expect((await first.connect(hostSpec('web1', { port: proxy.port }))).login).toBe('publickey old')
    first.close()
    execFileSync('sed', ['-i', '$d', join(ours.folder, 'authorized_keys')])
    const second = ssh.start({ overrides: {} })
    const connection = await second.connect(hostSpec('web1', { port: proxy.port }))
    expect(connection.login).toBe('publickey id_ed25519')
    expect((await runOn(connection, 'echo in')).stdout).toBe('in\n')
    expect(proxy.connections()).toBe(2)
    await proxy.stop()
    await ours.stop()
  })
})

test.each(['ssh2', 'ssh'] as const)(
  'an encrypted key is asked for once, however many hosts want it, by %s',
  async (transport) => {
    const file = join(ssh.here.home, 'locked')
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', 'open sesame', '-C', '', '-f', file])
    const ours = await startSshd({ shell: 'dash', authorizedKeys: [readFileSync(`${file}.pub`, 'utf8').trim()] })
    ssh.here.write('.ssh/known_hosts', ours.knownHostsText)
    const { ask, asked } = person('wrong', 'open sesame')
    const run = ssh.start({ ask, overrides: { identityFile: file } })
    const all = await Promise.all(
      ['web1', 'web2', 'web3'].map((name) => run.connect(hostSpec(name, { port: ours.port, transport }))),
    )
    const login = `publickey locked${transport === 'ssh' ? ' (ssh)' : ''}`
    expect(all.map((each) => each.login)).toEqual([login, login, login])
    expect(asked).toEqual([`Passphrase for ${file}: `, `That was wrong. Passphrase for ${file}: `])
    await ours.stop()
  },
)

describe.each(['ssh2', 'ssh'] as const)('with a word, by %s', (transport) => {
  const by = transport === 'ssh' ? ' (ssh)' : ''
  const servers: ssh2.Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  beforeEach(() => ssh.here.write('.ssh/known_hosts', ''))

  /** An in-process host that decides on logins as the test says, and runs nothing. */
  async function host(decide: (context: AuthContext) => void) {
    const keys = ssh2.utils.generateKeyPairSync('ed25519')
    const server = new ssh2.Server({ hostKeys: [keys.private] }, (client: ServerConnection) => {
      client.on('error', () => {}).on('authentication', decide)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return hostSpec('web1', { port: (server.address() as { port: number }).port, user: 'deploy', transport })
  }
  const run = (ask: ReturnType<typeof person>['ask']) => ssh.start({ ask, overrides: {}, hostKeys: 'accept-new' })

  test('a password is asked for until it is right, three times at most', async () => {
    const web1 = await host((context) =>
      context.method === 'password' && context.password === 'right' ? context.accept() : context.reject(['password']),
    )
    const typist = person('wrong', 'right')
    expect((await run(typist.ask).connect(web1)).login).toBe(`password${by}`)
    const again = transport === 'ssh' ? 'Permission denied, please try again.\n' : ''
    expect(typist.asked).toEqual(["deploy@127.0.0.1's password: ", `${again}deploy@127.0.0.1's password: `])
    const clueless = person('a', 'b', 'c', 'd')
    await expect(run(clueless.ask).connect(web1)).rejects.toThrow('web1: 127.0.0.1 does not let deploy in\n')
    expect(clueless.asked).toHaveLength(3)
  })

  test('keyboard-interactive shows what the host asks', async () => {
    const web1 = await host((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      context.prompt(
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Code: ', echo: true },
        ],
        'Two steps',
        'Take your phone',
        (answers) => (answers.join() === 'secret,123' ? context.accept() : context.reject()),
      )
    })
    const typist = person('secret', '123')
    expect((await run(typist.ask).connect(web1)).login).toBe(`keyboard-interactive${by}`)
    expect(typist.asked).toEqual([
      'Two steps\nTake your phone\n(deploy@127.0.0.1) Password: ',
      '(deploy@127.0.0.1) Code: ',
    ])
  })

  test('a key and a password are both given where both are wanted', async () => {
    const passed = new Set<string>()
    const web1 = await host((context) => {
      if (context.method === 'password' && passed.has('key')) return context.accept()
      if (context.method !== 'publickey') return context.reject(['publickey'])
      if (context.signature === undefined) return context.accept()
      passed.add('key')
      context.reject(['password'], true)
    })
    const typist = person('secret')
    const both = ssh.start({ ask: typist.ask, hostKeys: 'accept-new' })
    expect((await both.connect(web1)).login).toBe(`publickey id_ed25519, password${by}`)
  })
})
