import {
  type ConnectFailure,
  crowded,
  hungUp,
  noCommonAlgorithm,
  noConnection,
  notAccepted,
  notSsh,
  sshCannot,
  timedOut,
} from './connect-errors.js'
import type { Route } from './route.js'
import type { SshLog } from './ssh-log.js'

/** What it means that ssh has ended without a connection, but for a host key that it has refused. `shown`: its certificates. */
export function systemFailure(route: Route, log: SshLog, shown: readonly string[]): ConnectFailure {
  const said = (pattern: RegExp) => log.said.find((line) => pattern.test(line))
  const last = log.said.at(-1) ?? 'ssh ended without a word'
  // Bad owner or permissions on /home/me/.ssh/config    command-line: line 0: Bad configuration option: foo
  const config = said(/[Bb]ad configuration option|Bad owner or permissions on|line \d+: /)
  if (config !== undefined) return sshCannot(route, config)
  if (said(/^Could not resolve|^ssh: Could not resolve hostname/)) return noConnection(route, nameError(last))
  // ssh: connect to host 127.0.0.1 port 1: Connection refused
  const connect = said(/^ssh: connect to host/)
  if (connect !== undefined) return socketFailure(route, connect.replace(/^ssh: connect to host .* port \d+: /, ''))
  // Unable to negotiate with 10.0.0.7 port 22: no matching key exchange method found. Their offer: …
  const algorithms = said(/^Unable to negotiate with/)
  if (algorithms !== undefined) return noCommonAlgorithm(route, algorithms.replace(/^Unable to.* port \S+: /, ''))
  if (said(/Connection timed out during banner exchange/)) return timedOut(route, 'banner')
  if (/^Exceeded MaxStartups/.test(log.greeting ?? '')) return crowded(route)
  if (log.greeting !== undefined && log.stage === 'banner') return notSsh(route, log.greeting)
  // deploy@web1: Permission denied (publickey).    Too many authentication failures
  if (said(/: Permission denied \(|Too many authentication failures/)) {
    return notAccepted(route, log, ...shown, ...log.said.filter((line) => isOfKeys(line)))
  }
  return hungUp(route, log.stage, last)
}

// Certificate invalid: expired    sign_and_send_pubkey: signing failed for ED25519 "id" from agent: agent refused operation
const isOfKeys = (line: string) => /^Certificate |^sign_and_send_pubkey|Too many authentication failures/.test(line)

function nameError(text: string): NodeJS.ErrnoException {
  return Object.assign(new Error(text), { code: /Temporary failure/.test(text) ? 'EAI_AGAIN' : 'ENOTFOUND' })
}

function socketFailure(route: Route, reason: string): ConnectFailure {
  if (/timed out/.test(reason)) return timedOut(route, 'TCP connection')
  return noConnection(route, Object.assign(new Error(reason), { code: codes[reason] ?? 'UNKNOWN' }))
}

const codes: Readonly<Record<string, string>> = {
  'Connection refused': 'ECONNREFUSED',
  'Connection reset by peer': 'ECONNRESET',
}
