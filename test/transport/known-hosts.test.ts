import { describe, expect, test } from 'vitest'
import {
  hashedName,
  hostKeyName,
  keyFingerprint,
  keyType,
  knownHosts,
  parseKnownHosts,
} from '../../src/transport/known-hosts.js'

const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIBJXyWGcsMiSGVtLPzQVOWlG8K6p0sS+SbTkhFr3gBsq'
const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIM8OGFDjvN1nqZQsFxbqqj0SSBsP5uRBAwP+qkEnVwmG'
const key = Buffer.from(ed25519, 'base64')

function verdict(text: string, host = 'web1.example.com', port = 22) {
  const entries = parseKnownHosts(text, 'known_hosts')
  const found = knownHosts(entries).verdict(hostKeyName(host, port), hostKeyName(host, 22), key)
  return 'lines' in found ? `${found.kind} ${found.lines.map(({ line }) => line).join()}` : found.kind
}

const hashed = hashedName('web1.example.com', Buffer.from('01234567890123456789'))

const rows: [title: string, text: string, verdict: string, host?: string, port?: number][] = [
  ['no file', '', 'unknown'],
  ['a plain name', `web1.example.com ssh-ed25519 ${ed25519} me@laptop`, 'known'],
  ['a name in capitals', `Web1.Example.com ssh-ed25519 ${ed25519}`, 'known', 'WEB1.example.com'],
  ['several names', `web1.example.com,10.0.0.7 ssh-ed25519 ${ed25519}`, 'known', '10.0.0.7'],
  ['another host', `web2.example.com ssh-ed25519 ${ed25519}`, 'unknown'],
  ['another key', `web1.example.com ssh-ed25519 ${other}`, 'changed 1'],
  ['another key first', `web1.example.com ssh-ed25519 ${other}\nweb1.example.com ssh-ed25519 ${ed25519}`, 'known'],
  ['a key of another type only', `# mine\n\nweb1.example.com ssh-rsa ${other}`, 'changed 3'],
  ['a port', `[web1.example.com]:2222 ssh-ed25519 ${ed25519}`, 'known', 'web1.example.com', 2222],
  ['another port', `[web1.example.com]:2222 ssh-ed25519 ${ed25519}`, 'unknown'],
  ['the name without the port', `web1.example.com ssh-ed25519 ${ed25519}`, 'known', 'web1.example.com', 2222],
  ['another key without the port', `web1.example.com ssh-ed25519 ${other}`, 'unknown', 'web1.example.com', 2222],
  ['a pattern', `*.example.com ssh-ed25519 ${ed25519}`, 'known'],
  ['a pattern with a dot that is a dot', `web1?example.co ssh-ed25519 ${ed25519}`, 'unknown'],
  ['a pattern with an exception', `*.example.com,!web1.* ssh-ed25519 ${ed25519}`, 'unknown'],
  ['a hashed name', `${hashed} ssh-ed25519 ${ed25519}`, 'known'],
  ['a hashed name with another key', `${hashed} ssh-ed25519 ${other}`, 'changed 1'],
  ['a revoked key', `web1.example.com ssh-ed25519 ${ed25519}\n@revoked * ssh-ed25519 ${ed25519}`, 'revoked 2'],
  ['another revoked key', `@revoked * ssh-ed25519 ${other}`, 'unknown'],
  ['a certificate authority', `@cert-authority *.example.com ssh-ed25519 ${ed25519}`, 'unknown'],
  ['nonsense', 'web1.example.com\nweb1.example.com ssh-ed25519\n\0\0', 'unknown'],
]

test.each(rows)('%s', (_, text, expected, host, port) => {
  expect(verdict(text, host, port)).toBe(expected)
})

test('the types of the keys that are known come from every kind of line', () => {
  const text = [
    `web1 ssh-rsa ${other}`,
    `web* ecdsa-sha2-nistp256 ${other}`,
    `@revoked web1 ssh-ed25519 ${ed25519}`,
  ].join('\n')
  expect(knownHosts(parseKnownHosts(text, 'known_hosts')).types('web1', 'web1')).toEqual([
    'ssh-rsa',
    'ecdsa-sha2-nistp256',
  ])
})

describe('a key', () => {
  test('has the fingerprint that ssh prints', () => {
    expect(keyFingerprint(key)).toBe('SHA256:D54uTMqXj4BqrjU/8Zfinej6sRpr0kFGHomjdoMagz8')
  })
  test('says its type', () => {
    expect(keyType(key)).toBe('ssh-ed25519')
  })
})
