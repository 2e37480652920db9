import { generateKeyPairSync } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { describe, expect, test } from 'vitest'
import { internalsOf, readOnce } from '../../src/transport/ssh2-internals.js'

test('another ssh2 has no private side that we know', () => {
  expect(internalsOf(new ssh2.Client())).toBe(undefined)
  const almost = { _protocol: { authPK() {}, service() {}, session() {}, exec() {} }, _chanMgr: { add() {} } }
  expect(internalsOf(almost as unknown as ssh2.Client)).toBe(undefined)
})

describe('a key that is read once', () => {
  const ed25519 = () => ssh2.utils.generateKeyPairSync('ed25519').private
  const rsa = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' })
  const ecdsa = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'sec1', format: 'pem' })
  const table: readonly (readonly [name: string, make: () => string | Buffer, hash: string | undefined])[] = [
    ['Ed25519', ed25519, undefined],
    ['RSA, with the hash that was agreed on', rsa, 'sha512'],
    ['RSA, with its own', rsa, undefined],
    ['ECDSA', ecdsa, undefined],
  ]
  test.each(table)('signs as before: %s', (_, make, hash) => {
    const key = ssh2.utils.parseKey(make()) as ParsedKey
    const data = Buffer.from('session, user, service')
    const once = readOnce(key)
    expect(once).not.toBe(key)
    expect(ssh2.utils.parseKey(once as unknown as Buffer)).toBe(once)
    expect([once.type, once.getPublicSSH()]).toEqual([key.type, key.getPublicSSH()])
    expect(key.verify(data, once.sign(data, hash), hash)).toBe(true)
    expect(key.verify(Buffer.from('another'), once.sign(data, hash), hash)).toBe(false)
  })
})
