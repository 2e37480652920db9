import { expect, test } from 'vitest'
import { describePassage, type Passage } from '../../src/transport/passage.js'
import type { Route } from '../../src/transport/route.js'

const route = { user: 'deploy', hostName: '10.0.0.7', port: 22, alias: 'web1', label: 'web1' } as Route
const via = { ...route, label: 'bastion', hostName: 'b.example.com' }
const hostKey = { type: 'ssh-ed25519', fingerprint: 'SHA256:aa' }

test.each<[title: string, Partial<Route>, Passage, said: string[]]>([
  ['a name', {}, { by: 'ssh2', failed: 'name lookup' }, ['by: ssh2', 'name lookup: failed']],
  ['a socket', {}, { by: 'ssh2', failed: 'TCP connection' }, ['by: ssh2', 'name lookup: ok', 'TCP connection: failed']],
  [
    'a login',
    {},
    {
      ...{ by: "the system's ssh", failed: 'login', ip: '10.0.0.7', software: 'OpenSSH_9.2p1' },
      ...{ keyExchange: 'curve25519-sha256', hostKey },
    },
    [
      "by: the system's ssh",
      'name lookup: ok',
      'TCP connection: ok, 10.0.0.7',
      'banner: ok, OpenSSH_9.2p1',
      'key exchange: ok, curve25519-sha256, host key ED25519 SHA256:aa',
      'login: failed',
    ],
  ],
  [
    'a banner behind a jump host',
    { via },
    { by: 'ssh2', failed: 'banner' },
    ['through: bastion (deploy@b.example.com:22)', 'by: ssh2', 'banner: failed'],
  ],
  [
    'a banner behind a ProxyCommand',
    { proxyCommand: 'nc 10.0.0.7 22' },
    { by: 'ssh2', failed: 'banner' },
    ['through: nc 10.0.0.7 22', 'by: ssh2', 'banner: failed'],
  ],
])('the way to a host that fails at %s', (_, more, passage, said) => {
  const address = 'address: deploy@10.0.0.7:22, asked for as web1'
  expect(describePassage({ ...route, ...more }, passage)).toEqual([address, ...said])
})
