import { keyFingerprint } from './known-hosts.js'
import { type Reader, reader } from './ssh-wire.js'

/** What a user's certificate says. */
export interface Certificate {
  /** The names that it is for; none stands for any. */
  readonly principals: readonly string[]
  /** Seconds since 1970; undefined for ever. */
  readonly from?: number
  readonly until?: number
  /** The fingerprint of the authority. */
  readonly authority: string
}

/** The line of a `-cert.pub` file; undefined for what is none. */
export function parseCertificate(line: string): Certificate | undefined {
  const [type = '', blob = ''] = line.trim().split(/\s+/)
  const fields = keyFields[type.replace(/-cert-v01@openssh\.com$/, '')]
  if (fields === undefined) return undefined
  try {
    const read = reader(Buffer.from(blob, 'base64'))
    // The type, a nonce and the key itself.
    for (let skipped = 0; skipped < 2 + fields; skipped++) read.string()
    read.number() // the serial number, eight bytes
    read.number()
    read.number() // of a user or of a host
    read.string() // its name
    const principals = listOf(read.string())
    const from = time(read)
    const until = time(read)
    for (const _ of ['critical options', 'extensions', 'reserved']) read.string()
    const authority = keyFingerprint(read.string())
    return { principals, authority, ...(from > 0 && { from }), ...(until < forEver && { until }) }
  } catch {
    // It is damaged, and ssh will say so.
    return undefined
  }
}

/** `for deployers, expired on 2026-01-02, by SHA256:…`. `now`: seconds since 1970. */
export function describeCertificate({ principals, from, until, authority }: Certificate, now: number): string {
  const names = principals.length === 0 ? 'for any user' : `for ${principals.join(', ')}`
  const late = until !== undefined && until <= now ? [`expired on ${day(until)}`] : []
  const early = from !== undefined && from > now ? [`not valid before ${day(from)}`] : []
  return [names, ...late, ...early, `by ${authority}`].join(', ')
}

/** How many fields the public key of each kind has. */
const keyFields: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519': 2,
  'sk-ecdsa-sha2-nistp256': 3,
}

/** Whatever is later than numbers of JavaScript can say. */
const forEver = 2 ** 52

const time = (read: Reader) => read.number() * 2 ** 32 + read.number()

function listOf(data: Buffer): string[] {
  const read = reader(data)
  const names: string[] = []
  for (let at = 0; at < data.length; ) {
    const name = read.string()
    names.push(name.toString())
    at += 4 + name.length
  }
  return names
}

const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)
