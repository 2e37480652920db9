import { createHash, createHmac } from 'node:crypto'

/** One line of a known_hosts file. */
export interface KnownHost {
  readonly file: string
  readonly line: number
  readonly revoked: boolean
  /** The key is not a host's: it signs the certificates of hosts. */
  readonly authority: boolean
  readonly hashed: boolean
  /** The names, where they stand as they are: neither hashed nor patterns. */
  readonly names: readonly string[]
  /** `ssh-ed25519`. */
  readonly type: string
  /** The public key as base64. */
  readonly key: string
  matches(name: string): boolean
}

/** Whether a host's key is what the files say. `changed` and `revoked` carry the lines that say otherwise. */
type KeyVerdict =
  | { readonly kind: 'known' | 'unknown' }
  | { readonly kind: 'changed' | 'revoked'; readonly lines: readonly KnownHost[] }

/** A key as a host shows it. */
export interface ShownKey {
  /** `ssh-ed25519`. */
  readonly type: string
  /** `SHA256:…`. */
  readonly fingerprint: string
  /** The fingerprint of the authority that has signed it, where it comes in a certificate. */
  readonly authority?: string
}

/** Several known_hosts files, asked as one. */
export interface KnownHosts {
  /** `name` as `hostKeyName` gives it; `plain` is the name without the port, which OpenSSH lets stand for any port. */
  verdict(name: string, plain: string, key: Uint8Array): KeyVerdict
  /** The same of a key that somebody else has seen. It is slow: for what has been refused already. */
  judge(name: string, plain: string, key: ShownKey): KeyVerdict
  /** The types of the keys that are known for a host, for the order in which we ask for them. */
  types(name: string, plain: string): readonly string[]
  /** The authorities whose certificates count for a host. */
  authorities(name: string, plain: string): readonly KnownHost[]
}

/** How known_hosts names a host: `web1.example.com`, or `[web1.example.com]:2222` where the port is not 22. */
export function hostKeyName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/** `SHA256:…`, as ssh prints it. */
export function keyFingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** A key of which we have all. */
export const shownKey = (key: Uint8Array): ShownKey => ({ type: keyType(key), fingerprint: keyFingerprint(key) })

/** `ssh-ed25519`: a key starts with its type, the length in four bytes before it. */
export function keyType(key: Uint8Array): string {
  const data = Buffer.from(key)
  return data.subarray(4, 4 + data.readUInt32BE(0)).toString('latin1')
}

/** The lines of one known_hosts file. What cannot be understood is left out, as ssh does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((line, index) => parseLine(line.trim(), file, index + 1) ?? [])
}

export function knownHosts(all: readonly KnownHost[]): KnownHosts {
  const entries = all.filter(({ authority }) => !authority)
  // Looking a key up costs nothing; going through thousands of hashed names costs milliseconds for each host.
  const byKey = group(entries, (entry) => [entry.key])
  const find = finder(entries)
  const verdictOf = (same: readonly KnownHost[], name: string): KeyVerdict => {
    const revoked = same.filter((entry) => entry.revoked)
    if (revoked.length > 0) return { kind: 'revoked', lines: revoked }
    if (same.length > 0) return { kind: 'known' }
    const others = find(name).filter((entry) => !entry.revoked)
    return others.length > 0 ? { kind: 'changed', lines: others } : { kind: 'unknown' }
  }
  return {
    verdict(name, plain, key) {
      const same = (byKey.get(Buffer.from(key).toString('base64')) ?? []).filter(
        (entry) => entry.matches(name) || entry.matches(plain),
      )
      return verdictOf(same, name)
    },
    judge(name, plain, { fingerprint }) {
      const candidates = [...new Set([...find(name), ...find(plain)])]
      return verdictOf(
        candidates.filter((entry) => keyFingerprint(Buffer.from(entry.key, 'base64')) === fingerprint),
        name,
      )
    },
    types(name, plain) {
      const known = find(name)
      return (known.length > 0 ? known : find(plain)).filter((entry) => !entry.revoked).map((entry) => entry.type)
    },
    authorities: (name, plain) =>
      all.filter((entry) => entry.authority && !entry.revoked && (entry.matches(name) || entry.matches(plain))),
  }
}

/** Plain names are looked up; hashed ones and patterns are tried one by one. */
function finder(entries: readonly KnownHost[]): (name: string) => readonly KnownHost[] {
  const byName = group(entries, (entry) => entry.names)
  const others = entries.filter((entry) => entry.names.length === 0)
  return (name) => [...(byName.get(name) ?? []), ...others.filter((entry) => entry.matches(name))]
}

function group<T>(items: readonly T[], keys: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    for (const key of keys(item)) {
      const members = groups.get(key)
      if (members === undefined) groups.set(key, [item])
      else members.push(item)
    }
  }
  return groups
}

// @revoked web1,10.0.0.7 ssh-ed25519 AAAA… comment    @cert-authority *.example.com ssh-ed25519 AAAA…
const linePattern = /^(?:@([a-z-]+)\s+)?(\S+)\s+([a-z0-9@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/

function parseLine(line: string, file: string, number: number): KnownHost | undefined {
  if (line.startsWith('#')) return undefined
  const [, marker, hosts, type, key] = linePattern.exec(line) ?? []
  if (hosts === undefined || type === undefined || key === undefined) return undefined
  if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return undefined
  const hashed = hosts.startsWith('|1|')
  const patterns = hosts.toLowerCase().split(',')
  const plain = !hashed && patterns.every((pattern) => !/[*?!]/.test(pattern))
  return {
    file,
    line: number,
    revoked: marker === 'revoked',
    authority: marker === 'cert-authority',
    hashed,
    names: plain ? patterns : [],
    type,
    key,
    matches: hashed ? matchHashed(hosts) : (name) => matchPatterns(patterns, name),
  }
}

/** `|1|salt|hash`: the name cannot be read from it, only tried. */
function matchHashed(hosts: string): (name: string) => boolean {
  const [, , salt = '', hash = ''] = hosts.split('|')
  return (name) => hashName(name, salt) === hash
}

const hashName = (name: string, salt: string) =>
  createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64')

/** How a name is written so that a reader of the file cannot tell it. `salt`: 20 random bytes. */
export function hashedName(name: string, salt: Uint8Array): string {
  const text = Buffer.from(salt).toString('base64')
  return `|1|${text}|${hashName(name, text)}`
}

/** Any pattern matches and none that starts with `!`. */
export function matchPatterns(patterns: readonly string[], name: string): boolean {
  const matching = patterns.filter((pattern) => matchPattern(pattern.replace(/^!/, ''), name))
  return matching.length > 0 && matching.every((pattern) => !pattern.startsWith('!'))
}

/**
 * `*` is any text, `?` any character: `web*.example.com`. After a mismatch only the last `*` takes one character more, so that no
 * pattern, however many stars it has, takes long.
 */
function matchPattern(pattern: string, name: string): boolean {
  let [at, star, after] = [0, -1, 0]
  for (let i = 0; i < name.length; ) {
    if (pattern[at] === '*') {
      star = at++
      after = i
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[i])) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++after
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
