import { expect, test } from 'vitest'
import { emptyLog, readLogLine } from '../../src/transport/ssh-log.js'

function read(text: string) {
  const log = emptyLog()
  for (const line of text.split('\n')) readLogLine(log, line)
  return log
}

test('a login by certificate and password', () => {
  const log = read(
    [
      'OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026',
      'debug1: Reading configuration data /etc/ssh/ssh_config',
      'debug1: Connecting to web1 [10.0.0.7] port 22.',
      'debug1: Connection established.',
      'debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2+deb12u10',
      'debug1: kex: algorithm: sntrup761x25519-sha512',
      'debug1: Server host certificate: ssh-ed25519-cert-v01@openssh.com SHA256:aa, serial 0 ID "h" CA ssh-ed25519 SHA256:bb valid forever',
      'debug1: SSH2_MSG_NEWKEYS received',
      'debug1: Authentications that can continue: publickey',
      'debug1: Next authentication method: publickey',
      'debug1: Offering public key: /home/me/my keys/id ED25519 SHA256:cc explicit',
      'debug1: Authentications that can continue: publickey',
      'debug1: Offering public key: /home/me/my keys/id ED25519-CERT SHA256:cc explicit',
      'debug1: Server accepts key: /home/me/my keys/id ED25519-CERT SHA256:cc explicit',
      'Authenticated using "publickey" with partial success.',
      'debug1: Authentications that can continue: password',
      'debug1: Next authentication method: password',
      'Permission denied, please try again.',
      'Authenticated to web1 ([10.0.0.7]:22) using "password".',
      'debug1: Entering interactive session.',
    ].join('\n'),
  )
  expect(log).toEqual({
    stage: 'login',
    isReady: true,
    ip: '10.0.0.7',
    software: 'OpenSSH_9.2p1',
    keyExchange: 'sntrup761x25519-sha512',
    hostKey: { type: 'ssh-ed25519-cert-v01@openssh.com', fingerprint: 'SHA256:aa', authority: 'SHA256:bb' },
    tried: ['publickey id SHA256:cc', 'publickey id (certificate) SHA256:cc', 'password'],
    accepted: 'id (certificate)',
    passed: ['publickey id (certificate)', 'password'],
    problems: [],
    methods: ['password'],
    said: ['Permission denied, please try again.'],
    introduction: ['Permission denied, please try again.'],
  })
})

test('keys that cannot be used', () => {
  expect(read('Load key "/home/me/.ssh/id": bad permissions').problems).toEqual(['id: bad permissions'])
})

test('a host that is full says so in place of its banner', () => {
  expect(read('debug1: kex_exchange_identification: banner line 0: Exceeded MaxStartups').greeting).toBe(
    'Exceeded MaxStartups',
  )
})
