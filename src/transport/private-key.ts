import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { field, number, reader } from './ssh-wire.js'
import { readOnce } from './ssh2-internals.js'

/** The text of a private key file, as far as it can be read without its passphrase. */
export interface PrivateKey {
  readonly encrypted: boolean
  /** Absent where only the passphrase opens it: encrypted PEM and PKCS#8. */
  readonly publicKey?: ParsedKey
  /** The key that can sign. Throws an Error with a sentence when the passphrase is wrong or the key is of an unknown kind. */
  unlock(passphrase?: string): ParsedKey
}

/** A key that ssh2 does not understand and ssh does. */
export class SshOnlyKey extends Error {}

/**
 * Understands OpenSSH's own format, PEM (RSA, EC) and PKCS#8, which ssh2 cannot read. Throws an Error with a sentence for
 * anything else.
 */
export function parsePrivateKey(text: string): PrivateKey {
  // The public half of a security key: the agent has the other.
  if (text.startsWith('sk-')) throw new SshOnlyKey('it is a security key')
  if (text.includes('-----BEGIN OPENSSH PRIVATE KEY-----')) return openSshKey(text)
  if (/-----BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY-----/.test(text)) return pemKey(text)
  if (text.startsWith('PuTTY-User-Key-File'))
    throw new Error("it is PuTTY's; `puttygen -O private-openssh` converts it")
  throw new Error('it is no private key that venvoy knows (OpenSSH, PEM, PKCS#8)')
}

/** A public key from its line in a `.pub` file or from its binary form; undefined for kinds that ssh2 does not know. */
export function parsePublicKey(data: string | Buffer): ParsedKey | undefined {
  const key = ssh2.utils.parseKey(data)
  const first = Array.isArray(key) ? key[0] : key
  return first === undefined || first instanceof Error || first.isPrivateKey() ? undefined : first
}

function openSshKey(text: string): PrivateKey {
  const envelope = Buffer.from(text.replace(/-----[A-Z ]+-----/g, ''), 'base64')
  const read = reader(envelope, 'openssh-key-v1\0'.length)
  const cipher = read.string().toString()
  read.string() // how the passphrase becomes a key
  read.string() // and its salt
  read.number() // how many keys: OpenSSH writes one
  const publicKey = parsePublicKey(read.string())
  if (publicKey === undefined) throw new SshOnlyKey('it is of a kind that only ssh can sign with (a security key)')
  const encrypted = cipher !== 'none'
  return { encrypted, publicKey, unlock: (passphrase) => signing(ssh2.utils.parseKey(text, passphrase), cipher) }
}

function signing(key: ParsedKey | ParsedKey[] | Error, cipher: string): ParsedKey {
  const first = Array.isArray(key) ? key[0] : key
  if (first === undefined || first instanceof Error) {
    if (cipher.startsWith('chacha20')) throw new Error(`it is encrypted with ${cipher}; \`ssh-keygen -p\` changes that`)
    throw new Error(cipher === 'none' ? 'it is damaged' : 'the passphrase is wrong')
  }
  return readOnce(first)
}

function pemKey(text: string): PrivateKey {
  const encrypted = /BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text)
  const unlock = (passphrase?: string): ParsedKey => {
    const key = readPem(text, passphrase)
    return signing(ssh2.utils.parseKey(forSsh2(key)), 'none')
  }
  if (encrypted) return { encrypted, unlock }
  const key = unlock()
  return { encrypted, publicKey: key, unlock: () => key }
}

function readPem(text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? text : { key: text, passphrase })
  } catch {
    throw new Error(passphrase === undefined ? 'it is damaged' : 'the passphrase is wrong')
  }
}

function forSsh2(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString()
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }).toString()
    case 'ed25519':
      return openSshText(key)
    default:
      throw new Error(`it is a key of the kind ${key.asymmetricKeyType}, which SSH does not use`)
  }
}

/** An Ed25519 key in OpenSSH's format, unencrypted: the only one in which ssh2 takes it. */
function openSshText(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const point = Buffer.from(x, 'base64url')
  const type = Buffer.from('ssh-ed25519')
  const publicPart = Buffer.concat([field(type), field(point)])
  const secret = Buffer.concat([Buffer.from(d, 'base64url'), point])
  const body = Buffer.concat([Buffer.alloc(8), field(type), field(point), field(secret), field(Buffer.alloc(0))])
  // Padded to the block size with 1, 2, 3, …
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, index) => index + 1))
  const none = field(Buffer.from('none'))
  const envelope = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    field(Buffer.alloc(0)),
    number(1),
    field(publicPart),
    field(Buffer.concat([body, padding])),
  ])
  const lines = envelope.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}
