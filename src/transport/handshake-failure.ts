import {
  type ConnectFailure,
  crowded,
  hungUp,
  noCommonAlgorithm,
  notAccepted,
  notSsh,
  proxyEnded,
} from './connect-errors.js'
import type { Login } from './login.js'
import type { Stage } from './passage.js'
import { ProxyEnded } from './proxy-command.js'
import type { Route } from './route.js'

/** What ssh2 says; the level tells where it happened, and only the text tells what. */
export type SshError = Error & { readonly level?: string }

interface HandshakeState {
  readonly route: Route
  readonly login: Login
  readonly stage: Stage
  /** The first that the host said. */
  readonly greeting: string
}

/** What an error of ssh2 means at this point of a handshake. */
export function handshakeFailure(error: SshError, { route, login, stage, greeting }: HandshakeState): ConnectFailure {
  const { level, message } = error
  if (error instanceof ProxyEnded) return proxyEnded(route, message)
  if (level === 'client-authentication') return notAccepted(route, login)
  // Received disconnect: Too many authentication failures
  if (/too many authentication failures/i.test(message)) return notAccepted(route, login, message)
  // Handshake failed: no matching key exchange algorithm
  if (/no matching/.test(message)) return noCommonAlgorithm(route, message)
  if (/^Exceeded MaxStartups/.test(greeting)) return crowded(route)
  // sshd since 9.8, to an address that it penalises (PerSourcePenalties)
  if (/^Not allowed at this time/.test(greeting)) return hungUp(route, 'banner', message)
  if (stage === 'key exchange' && !greeting.includes('SSH-')) return notSsh(route, printable(greeting))
  return hungUp(route, stage, message)
}

// The first line, without control characters: `HTTP/1.1 400 Bad Request`.
const printable = (text: string) => (text.split(/\r?\n/, 1)[0] ?? '').replace(/[^ -~]/g, '?').slice(0, 80)
