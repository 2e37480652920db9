import { basename } from 'node:path'
import type { ShownKey } from './known-hosts.js'
import type { Stage } from './passage.js'

/** What the log of an ssh process (LogLevel DEBUG1) has told of its login until now. */
export interface SshLog {
  stage: Stage
  /** Its connection can be used. */
  isReady: boolean
  ip?: string
  /** `OpenSSH_9.2p1`. */
  software?: string
  /** `curve25519-sha256`. */
  keyExchange?: string
  hostKey?: ShownKey
  /** What was tried, one line each. */
  readonly tried: string[]
  /** The last key that the host would take. */
  accepted?: string
  /** What let us in. */
  readonly passed: string[]
  /** Keys that cannot be used, and why. */
  readonly problems: string[]
  /** What the host would take, as far as it has said so. */
  methods?: readonly string[]
  /** What ssh said to people: all that is no debug line. */
  readonly said: string[]
  /** What it said since the last question: the host's words to the next one. */
  introduction: string[]
  /** The first line of a host that does not begin with SSH. */
  greeting?: string
}

export function emptyLog(): SshLog {
  return { stage: 'TCP connection', isReady: false, tried: [], passed: [], problems: [], said: [], introduction: [] }
}

/** Reads one more line. */
export function readLogLine(log: SshLog, line: string): void {
  const text = line.trimEnd()
  for (const [pattern, told] of lines) {
    const match = pattern.exec(text)
    if (match === null) continue
    told(log, match[1] ?? '', match[2] ?? '', match[3] ?? '')
    return
  }
  // debug1: …    OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19    Transferred: sent …
  if (/^(debug\d: |OpenSSH_|Transferred: |Bytes per second: |$)/.test(text)) return
  log.said.push(text)
  log.introduction.push(text)
}

type Told = (log: SshLog, one: string, two: string, three: string) => void

const lines: readonly (readonly [RegExp, Told])[] = [
  // debug1: Connecting to web1 [10.0.0.7] port 22.
  [/^debug1: Connecting to \S+ \[(\S+)\] port/, (log, ip) => Object.assign(log, { ip })],
  // debug1: Connection established.
  [/^debug1: Connection established\.|^debug1: Executing proxy/, (log) => Object.assign(log, { stage: 'banner' })],
  // debug1: kex_exchange_identification: banner line 0: Exceeded MaxStartups
  [/^debug1: kex_exchange_identification: banner line 0: (.*)/, (log, greeting) => Object.assign(log, { greeting })],
  // debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2
  [
    /^debug1: Remote protocol version \S+ remote software version (\S+)/,
    (log, software) => Object.assign(log, { stage: 'key exchange', software }),
  ],
  // debug1: kex: algorithm: sntrup761x25519-sha512
  [/^debug1: kex: algorithm: (\S+)/, (log, keyExchange) => Object.assign(log, { keyExchange })],
  // debug1: Server host key: ssh-ed25519 SHA256:abc
  [
    /^debug1: Server host key: (\S+) (SHA256:\S+)/,
    (log, type, fingerprint) => Object.assign(log, { hostKey: { type, fingerprint } }),
  ],
  // debug1: Server host certificate: ssh-ed25519-cert-v01@openssh.com SHA256:abc, serial 0 ID "h" CA ssh-ed25519 SHA256:def valid forever
  [
    /^debug1: Server host certificate: (\S+) (SHA256:[^,\s]+), .* CA \S+ (SHA256:\S+)/,
    (log, type, fingerprint, authority) => Object.assign(log, { hostKey: { type, fingerprint, authority } }),
  ],
  // debug1: SSH2_MSG_NEWKEYS received
  [/^debug1: SSH2_MSG_NEWKEYS received/, (log) => Object.assign(log, { stage: 'login' })],
  // debug1: Authentications that can continue: publickey,password
  [/^debug1: Authentications that can continue: (.*)/, (log, all) => Object.assign(log, { methods: all.split(',') })],
  // debug1: Offering public key: /home/me/.ssh/id ED25519-CERT SHA256:abc explicit agent
  [
    /^debug1: Offering public key: (.*) (\S+) (SHA256:\S+)/,
    (log, name, type, print) => log.tried.push(`publickey ${keyName(name, type)} ${print}`),
  ],
  // debug1: Server accepts key: /home/me/.ssh/id ED25519-CERT SHA256:abc explicit agent
  [
    /^debug1: Server accepts key: (.*) (\S+) SHA256:/,
    (log, name, type) => Object.assign(log, { accepted: keyName(name, type) }),
  ],
  // debug1: Next authentication method: password
  [
    /^debug1: Next authentication method: (\S+)/,
    (log, method) => {
      if (method !== 'publickey') log.tried.push(method)
      log.introduction = []
    },
  ],
  // Authenticated to web1 ([10.0.0.7]:22) using "publickey".    Authenticated using "password" with partial success.
  [
    /^Authenticated (?:to .* )?using "([a-z-]+)"/,
    (log, method) =>
      log.passed.push(method === 'publickey' && log.accepted !== undefined ? `publickey ${log.accepted}` : method),
  ],
  // Load key "/home/me/.ssh/id": bad permissions
  [/^Load key "([^"]+)": (.*)/, (log, path, why) => log.problems.push(`${basename(path)}: ${why}`)],
  // debug1: Entering interactive session.
  [/^debug1: Entering interactive session/, (log) => Object.assign(log, { isReady: true })],
]

// /home/me/.ssh/id ED25519-CERT → id (certificate)
const keyName = (name: string, type: string) => `${basename(name)}${type.endsWith('-CERT') ? ' (certificate)' : ''}`
