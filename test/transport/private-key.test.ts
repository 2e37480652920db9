import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parsePrivateKey, parsePublicKey } from '../../src/transport/private-key.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-keys-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const kinds: Record<string, () => KeyObject> = {
  'ssh-ed25519': () => generateKeyPairSync('ed25519').privateKey,
  'ssh-rsa': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  'ecdsa-sha2-nistp256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'ecdsa-sha2-nistp521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
}
const locked = { cipher: 'aes-256-cbc', passphrase: 'open sesame' }
const asPkcs8 = (key: KeyObject, lock = {}) => key.export({ type: 'pkcs8', format: 'pem', ...lock }).toString()

describe.each(Object.keys(kinds))('%s', (type) => {
  const key = kinds[type]!()

  test('is read from PKCS#8 and signs', () => {
    const read = parsePrivateKey(asPkcs8(key))
    const signing = read.unlock()
    expect([read.encrypted, read.publicKey?.type, signing.type]).toEqual([false, type, type])
    const hash = type === 'ssh-rsa' ? 'sha256' : undefined
    expect(signing.verify('text', signing.sign('text', hash), hash)).toBe(true)
    expect(createPublicKey(signing.getPublicPEM()).equals(createPublicKey(key))).toBe(true)
  })

  test('is read from encrypted PKCS#8 with its passphrase only', () => {
    const read = parsePrivateKey(asPkcs8(key, locked))
    expect([read.encrypted, read.publicKey]).toEqual([true, undefined])
    expect(() => read.unlock('wrong')).toThrow('the passphrase is wrong')
    expect(read.unlock('open sesame').type).toBe(type)
  })
})

test.each([
  ['ed25519', []],
  ['ecdsa', []],
  ['rsa', ['-b', '2048']],
  ['rsa', ['-b', '2048', '-m', 'PEM']],
  ['ecdsa', ['-m', 'PEM']],
  ['ecdsa', ['-m', 'PKCS8']],
])('what ssh-keygen -t %s writes with %j is read, locked and unlocked', (type, options) => {
  for (const passphrase of ['', 'open sesame']) {
    const file = join(folder, `${type}${options.join('')}${passphrase}`.replaceAll(' ', ''))
    execFileSync('ssh-keygen', ['-q', '-t', type, ...options, '-N', passphrase, '-C', '', '-f', file])
    const read = parsePrivateKey(readFileSync(file, 'utf8'))
    const publicKey = parsePublicKey(readFileSync(`${file}.pub`, 'utf8'))
    expect(read.encrypted).toBe(passphrase !== '')
    expect(read.unlock(passphrase || undefined).getPublicSSH()).toEqual(publicKey?.getPublicSSH())
    if (read.publicKey !== undefined) expect(read.publicKey.getPublicSSH()).toEqual(publicKey?.getPublicSSH())
  }
})

test.each([
  ['', 'it is no private key that venvoy knows (OpenSSH, PEM, PKCS#8)'],
  ['PuTTY-User-Key-File-3: ssh-ed25519', "it is PuTTY's; `puttygen -O private-openssh` converts it"],
  ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'it is damaged'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'it is damaged'],
])('%j is refused with a reason', (text, reason) => {
  expect(() => parsePrivateKey(text)).toThrow(reason)
})
