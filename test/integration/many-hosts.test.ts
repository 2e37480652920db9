import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newFolder, venvoy } from '../cli/support/venvoy.js'
import { type Sshd, startSshd } from '../support/sshd.js'

const names = ['web1', 'web2', 'web3', 'web4', 'web5']
const home = newFolder()
let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd({ shell: 'bash', hostKeys: ['ed25519'] })
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  const { port } = sshd
  const known = sshd.knownHostsText.replaceAll('127.0.0.1', 'localhost')
  writeFileSync(join(home, '.ssh', 'known_hosts'), sshd.knownHostsText + known)
  // The address is what ssh_config says, the IP what it is looked up to be.
  const config = names.map((name) => `Host ${name}\n  HostName localhost\n  Port ${port}\n  User ${sshd.user}\n`)
  writeFileSync(join(home, '.ssh', 'config'), config.join(''))
})
afterAll(() => sshd.stop())

it('folds what hosts print that differs in their own name, address and IP, over SSH', async () => {
  const file = join(home, 'deploy.yml')
  const hosts = names.map((name) => `  ${name}: { identity_file: ${sshd.keyFile} }\n`)
  writeFileSync(file, `project: blog\nhosts:\n${hosts.join('')}`)
  const script = 'set -- $SSH_CONNECTION; echo "$VENVOY_HOST is localhost at $1"; [ $VENVOY_HOST != web4 ] || exit 3'
  const { stdout, stderr, code } = await venvoy({ home, args: ['exec', '--fold', '-f', file, '--', script] })
  expect({ stdout, code }).toEqual({
    stdout: `web[1-5] (5 hosts): set -- $SSH_CONNECTION; echo "$VENVOY_HOST is localhost at …
  {host} is {address} at {ip}
`,
    code: 1,
  })
  expect(stderr).toContain('4 ok, 1 failed in N s\n  web4: ')
  expect(stderr).toContain('only what failed: venvoy exec --retry-failed --fold -f HOME/deploy.yml -- ')
  const again = await venvoy({ home, args: ['exec', '--retry-failed', '-f', file, '--', script] })
  expect(again).toMatchObject({ stdout: 'web4 is localhost at 127.0.0.1\n', code: 3 })
})
