import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ParsedKey } from 'ssh2'
import { VenvoyError } from '../errors.js'
import { agentKeys } from './agent.js'
import { keyFingerprint } from './known-hosts.js'
import { type PrivateKey, parsePrivateKey, parsePublicKey, SshOnlyKey } from './private-key.js'
import type { Ask } from './transport.js'

/** A key that may log in, wherever its private half is. */
export interface Identity {
  /** `id_ed25519`, `agent me@laptop`. */
  readonly name: string
  /** `SHA256:…`. */
  readonly fingerprint: string
  readonly publicKey: ParsedKey
  /** The key itself, where it signs at once: no passphrase to ask for, no agent. */
  readonly unlocked?: ParsedKey
  /** Whether it signs without anybody having to do something. */
  readonly silent: boolean
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>
}

/** Which keys to try for a host. */
export interface WantedKeys {
  /** In order. One that was asked for by name must be readable; others are left out silently when they are not there. */
  readonly files: readonly { readonly path: string; readonly demanded: boolean }[]
  /** The agent's socket. */
  readonly agent?: string
  /** Only these files, whatever else the agent holds. */
  readonly only: boolean
  /** Whether the files are only ssh's usual ones: then what the agent holds goes first. */
  readonly usual: boolean
}

/** The keys of this run: each file is read and parsed once, each agent asked once, each passphrase once. */
export interface Identities {
  /**
   * The keys for a host in the order to try them; `problems` says which could not be used, and why. Throws a VenvoyError
   * for a file that was asked for and cannot be read.
   */
  wanted(keys: WantedKeys): Promise<{ readonly identities: readonly Identity[]; readonly problems: readonly string[] }>
}

type FromFile = { readonly identity: Identity; readonly signs: boolean } | Unusable
type Unusable = { readonly problem: string; readonly missing: boolean; readonly sshOnly?: boolean }

export function createIdentities(ask: Ask | undefined): Identities {
  const files = new Map<string, Promise<FromFile>>()
  const agents = new Map<string, Promise<readonly Identity[]>>()
  return {
    async wanted({ files: wanted, agent, only, usual }) {
      const held = agent === undefined ? [] : await once(agents, agent, () => fromAgent(agent))
      const read = await Promise.all(wanted.map(({ path }) => once(files, path, () => fromFile(path, ask))))
      const settled = read.map((result) => preferAgent(result, held))
      const problems = settled.flatMap((result, index) => problemOf(result, wanted[index]!))
      const own = settled.flatMap((result) => ('identity' in result ? [result.identity] : []))
      const inAgent = own.filter((each) => held.some((other) => isSame(each, other)))
      const rest = only ? [] : held
      const identities = usual ? [...inAgent, ...rest, ...own] : [...inAgent, ...own, ...rest]
      return {
        identities: identities.filter((each, index) => identities.findIndex(isSame.bind(0, each)) === index),
        problems,
      }
    },
  }
}

function once<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const value = cache.get(key) ?? make()
  cache.set(key, value)
  return value
}

const isSame = (one: Identity, other: Identity) => one.fingerprint === other.fingerprint

/** The agent signs for a file of which only the public half is there, or that is locked. */
function preferAgent(result: FromFile, held: readonly Identity[]): FromFile {
  if (!('identity' in result) || result.identity.unlocked !== undefined) return result
  const inAgent = held.find((each) => isSame(each, result.identity))
  if (inAgent !== undefined) return { identity: inAgent, signs: true }
  if (result.signs) return result
  return { problem: 'only its public half is there, and the agent does not hold the other', missing: false }
}

function problemOf(result: FromFile, { path, demanded }: WantedKeys['files'][number]): string[] {
  if ('identity' in result) return []
  if (!demanded || result.sshOnly) return result.missing ? [] : [`${path}: ${result.problem}`]
  throw new VenvoyError({
    kind: 'unreachable',
    where: path,
    what: 'the key cannot be used',
    why: [result.problem],
    next: result.missing ? 'give the path of a private key as identity_file, or by --identity' : `ssh-add ${path}`,
  })
}

async function fromFile(path: string, ask: Ask | undefined): Promise<FromFile> {
  const [text, publicText] = await Promise.all([readText(path), readText(`${path}.pub`)])
  const publicKey = 'text' in publicText ? parsePublicKey(publicText.text) : undefined
  if (!('text' in text)) {
    if (text.missing && publicKey !== undefined) return { identity: publicHalf(path, publicKey), signs: false }
    return text
  }
  const itself = parsePublicKey(text.text)
  if (itself !== undefined) return { identity: publicHalf(path, itself), signs: false }
  try {
    return { identity: await fromPrivateKey(path, parsePrivateKey(text.text), publicKey, ask), signs: true }
  } catch (error) {
    return { problem: sentence(error), missing: false, sshOnly: error instanceof SshOnlyKey }
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function readText(path: string): Promise<{ readonly text: string } | Unusable> {
  try {
    return { text: await readFile(path, 'utf8') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'there is no such file', missing: true }
    if (code === 'EACCES') return { problem: 'you may not read it', missing: false }
    return { problem: sentence(error), missing: false }
  }
}

function publicHalf(path: string, publicKey: ParsedKey): Identity {
  const sign = () => Promise.reject(new Error('its private half is not here'))
  return { ...describe(basename(path), publicKey), silent: false, sign }
}

const describe = (name: string, publicKey: ParsedKey) => ({
  name,
  publicKey,
  fingerprint: keyFingerprint(publicKey.getPublicSSH()),
})

async function fromPrivateKey(
  path: string,
  key: PrivateKey,
  besides: ParsedKey | undefined,
  ask: Ask | undefined,
): Promise<Identity> {
  const publicKey = key.publicKey ?? besides
  if (key.encrypted && publicKey !== undefined) return lockedIdentity(path, key, publicKey, ask)
  // Encrypted PEM does not even say which key it is.
  const unlocked = key.encrypted ? await askToUnlock(path, key, ask) : key.unlock()
  return {
    ...describe(basename(path), unlocked),
    unlocked,
    silent: true,
    sign: async (data, hash) => signature(unlocked, data, hash),
  }
}

/** The passphrase is asked for when the first host wants this key, and once for all hosts. */
function lockedIdentity(path: string, key: PrivateKey, publicKey: ParsedKey, ask: Ask | undefined): Identity {
  let unlocked: Promise<ParsedKey> | undefined
  return {
    ...describe(basename(path), publicKey),
    silent: false,
    async sign(data, hash) {
      unlocked ??= askToUnlock(path, key, ask)
      return signature(await unlocked, data, hash)
    },
  }
}

async function askToUnlock(path: string, key: PrivateKey, ask: Ask | undefined): Promise<ParsedKey> {
  if (ask === undefined) {
    throw new Error(`it is encrypted, and there is no terminal to ask for its passphrase: ssh-add ${path}`)
  }
  for (let attempt = 1; ; attempt++) {
    const passphrase = await ask.secret(`${attempt > 1 ? 'That was wrong. ' : ''}Passphrase for ${path}: `)
    try {
      return key.unlock(passphrase)
    } catch (error) {
      if (attempt === 3 || passphrase === '') throw error
    }
  }
}

function signature(key: ParsedKey, data: Buffer, hash: string | undefined): Buffer {
  const signed: Buffer | Error = key.sign(data, hash)
  if (signed instanceof Error) throw signed
  return signed
}

async function fromAgent(socket: string): Promise<readonly Identity[]> {
  const keys = await agentKeys(socket)
  return keys.map(({ publicKey, sign }) => ({
    ...describe(`agent ${publicKey.comment || publicKey.type}`, publicKey),
    silent: true,
    sign,
  }))
}
