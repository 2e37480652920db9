import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { VenvoyError } from '../errors.js'
import { changedKey, hostKeyQuestion, refusedKey, revokedKey, takenKey, unknownKey } from './host-key-errors.js'
import type { KeyedHost } from './keyed-host.js'
import {
  hashedName,
  type KnownHost,
  type KnownHosts,
  keyType,
  knownHosts,
  parseKnownHosts,
  type ShownKey,
  shownKey,
} from './known-hosts.js'
import type { Ask } from './transport.js'

/** The answer to a host's key. `save` writes a newly accepted one down: call it once the host has proved that it is its own. */
export type KeyAnswer =
  | { readonly accepted: true; save(): void }
  | { readonly accepted: false; readonly error: VenvoyError }

/** The known keys of this run: each file is read once, each unknown key asked about once. */
export interface HostKeys {
  /** The algorithms to ask a host for: first those of which we know a key, or a right host would look like a changed one. */
  algorithms(host: KeyedHost): Promise<ServerHostKeyAlgorithm[]>
  /** At once where the files decide, later where a person does. */
  check(host: KeyedHost, key: Uint8Array): KeyAnswer | Promise<KeyAnswer>
  /** Whether a certificate is what the host is known by: an authority counts for it, and no key of its own is there. */
  wantsCertificate(host: KeyedHost): Promise<boolean>
  /** Whether the name of a new host is hashed where it is written down. */
  hashesNames(host: KeyedHost): Promise<boolean>
  /** Why the system's ssh, which reads the same files, has refused a key. */
  explain(host: KeyedHost, key: ShownKey): Promise<VenvoyError>
}

const algorithmsOf: readonly (readonly [type: string, algorithms: readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

interface Loaded {
  readonly known: KnownHosts
  readonly entries: readonly KnownHost[]
}

export function createHostKeys(ask: Ask | undefined, note: (text: string, host: string) => void): HostKeys {
  const loading = new Map<string, Promise<Loaded>>()
  const loaded = new Map<string, Loaded>()
  const asked = new Map<string, { readonly key: Buffer; readonly answer: Promise<KeyAnswer> }>()
  const idOf = (host: KeyedHost) => [...host.knownHostsFiles, ...host.globalKnownHostsFiles].join('\0')
  const load = async (host: KeyedHost) => {
    const files = loading.get(idOf(host)) ?? readAll([...host.knownHostsFiles, ...host.globalKnownHostsFiles])
    loading.set(idOf(host), files)
    loaded.set(idOf(host), await files)
    return files
  }
  return {
    async algorithms(host) {
      const { known } = await load(host)
      const types = known.types(host.keyName, host.plainName)
      const isKnown = ([type]: (typeof algorithmsOf)[number]) => types.includes(type)
      const ordered = [...algorithmsOf.filter(isKnown), ...algorithmsOf.filter((each) => !isKnown(each))]
      return ordered.flatMap(([, algorithms]) => algorithms)
    },
    async wantsCertificate(host) {
      const { known } = await load(host)
      const authorities = known.authorities(host.keyName, host.plainName)
      return authorities.length > 0 && known.types(host.keyName, host.plainName).length === 0
    },
    async hashesNames(host) {
      return hashesNames(host, (await load(host)).entries)
    },
    async explain(host, key) {
      const { known } = await load(host)
      const verdict = known.judge(host.keyName, host.plainName, key)
      if (verdict.kind === 'revoked') return revokedKey(host, key, verdict.lines)
      if (verdict.kind === 'changed') return changedKey(host, key, verdict.lines)
      return unknownKey(host, key, known.authorities(host.keyName, host.plainName))
    },
    check(host, key) {
      const files = loaded.get(idOf(host))
      const verdict = files?.known.verdict(host.keyName, host.plainName, key) ?? { kind: 'unknown' as const }
      if (verdict.kind === 'known') return { accepted: true, save: () => {} }
      if (verdict.kind === 'revoked') return { accepted: false, error: revokedKey(host, shownKey(key), verdict.lines) }
      if (verdict.kind === 'changed') return { accepted: false, error: changedKey(host, shownKey(key), verdict.lines) }
      const id = `${idOf(host)}\0${host.keyName}`
      const first = asked.get(id)
      // The same host with another key a moment later: one of the two is not the host.
      if (first !== undefined && !first.key.equals(key))
        return { accepted: false, error: unknownKey(host, shownKey(key)) }
      const answer = first?.answer ?? decide(host, key, { ask, note, entries: files?.entries ?? [] })
      asked.set(id, { key: Buffer.from(key), answer })
      return answer
    },
  }
}

async function readAll(paths: readonly string[]): Promise<Loaded> {
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')))
  const entries = texts.flatMap((text, index) => parseKnownHosts(text, paths[index]!))
  return { known: knownHosts(entries), entries }
}

interface Deciding {
  readonly ask: Ask | undefined
  readonly entries: readonly KnownHost[]
  note(text: string, host: string): void
}

async function decide(host: KeyedHost, key: Uint8Array, deciding: Deciding): Promise<KeyAnswer> {
  const { ask, note } = deciding
  if (host.unknownKeys === 'strict' || (host.unknownKeys === 'ask' && ask === undefined)) {
    return { accepted: false, error: unknownKey(host, shownKey(key)) }
  }
  if (host.unknownKeys === 'ask' && !(await ask?.confirm(hostKeyQuestion(host, shownKey(key))))) {
    return { accepted: false, error: refusedKey(host, shownKey(key)) }
  }
  if (host.unknownKeys === 'accept-new') note(takenKey(shownKey(key)), host.label)
  let saved = false
  return {
    accepted: true,
    save() {
      if (saved) return
      saved = true
      append(host, key, deciding.entries).catch((error: Error) => {
        note(`the host key could not be written down: ${error.message}`, host.label)
      })
    },
  }
}

/** Where it is asked for, and where all others in the file are. */
function hashesNames(host: KeyedHost, entries: readonly KnownHost[]): boolean {
  const inFile = entries.filter((entry) => entry.file === host.knownHostsFiles[0])
  return host.hashNames || (inFile.length > 0 && inFile.every((entry) => entry.hashed))
}

async function append(host: KeyedHost, key: Uint8Array, entries: readonly KnownHost[]): Promise<void> {
  const file = host.knownHostsFiles[0]
  if (file === undefined || file === '/dev/null') return
  const there = await readFile(file, 'utf8').catch(() => '')
  const name = hashesNames(host, entries) ? hashedName(host.keyName, randomBytes(20)) : host.keyName
  // Somebody may have left the last line without an end.
  const start = there === '' || there.endsWith('\n') ? '' : '\n'
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await appendFile(file, `${start}${name} ${keyType(key)} ${Buffer.from(key).toString('base64')}\n`, { mode: 0o600 })
}
