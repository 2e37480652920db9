import { type Failure, VenvoyError } from '../errors.js'
import type { Passage, Stage } from './passage.js'
import type { Route } from './route.js'

/** Whether to try again, and how. */
export type Again = 'never' | 'soon' | 'later' | 'slowly' | 'crowded' | 'otherwise'

interface Circumstances {
  readonly methods?: readonly string[]
  readonly isOfName?: boolean
}

/**
 * Why one try to connect failed. `slowly`: without fast login. `later`: the host may be penalising us. `crowded`: it has too
 * many logins at once. `otherwise`: another SSH client may get in.
 */
export class ConnectFailure extends Error {
  readonly failure: VenvoyError
  readonly again: Again
  /** What the host would take, where it came to a login. */
  readonly methods: readonly string[] | undefined
  /** How far it came; whoever made the connection says so. */
  passage: Passage | undefined
  /** It did not come to a connection, because the name could not be looked up. */
  readonly isOfName: boolean

  constructor(failure: VenvoyError, again: Again, { methods, isOfName = false }: Circumstances = {}) {
    super(failure.message)
    this.failure = failure
    this.again = again
    this.methods = methods
    this.isOfName = isOfName
  }
}

const address = (route: Route) => `${route.hostName}:${route.port}`

const sshLine = ({ user, hostName, port }: Route) => `ssh -v${port === 22 ? '' : ` -p ${port}`} ${user}@${hostName}`

function unreachable(route: Route, what: string, next: string, why: readonly string[] = []): VenvoyError {
  return new VenvoyError({ kind: 'unreachable', where: route.label, what, why, next })
}

/** The socket could not be connected. */
export function noConnection(route: Route, error: NodeJS.ErrnoException): ConnectFailure {
  switch (error.code) {
    case 'ENOTFOUND':
      return noName(route, 'does not resolve', 'never')
    case 'EAI_AGAIN':
      return noName(route, 'does not resolve at the moment', 'soon')
    case 'ECONNRESET':
      return hungUp(route, 'banner', error.message)
    case 'ECONNREFUSED':
      return new ConnectFailure(unreachable(route, `${address(route)} refuses the connection`, sshLine(route)), 'soon')
    default:
      return new ConnectFailure(
        unreachable(route, `${address(route)} cannot be reached: ${error.message}`, sshLine(route)),
        'soon',
      )
  }
}

const noName = (route: Route, what: string, again: Again) =>
  new ConnectFailure(unreachable(route, `${route.hostName} ${what}`, `getent hosts ${route.hostName}`), again, {
    isOfName: true,
  })

/** The program that leads there has ended. */
export function proxyEnded(route: Route, reason: string): ConnectFailure {
  const next = `look at ProxyCommand in ssh_config; ssh -v ${route.alias}`
  const why = [reason, `it was: ${route.proxyCommand ?? ''}`]
  return new ConnectFailure(unreachable(route, 'its ProxyCommand leads nowhere', next, why), 'soon')
}

/** The jump host could not connect further. */
export function noWayThrough(route: Route, via: Route, error: Error): ConnectFailure {
  const reason = error.message.replace('(SSH) Channel open failure: ', '')
  const what = `the jump host ${via.label} cannot reach ${address(route)}: ${reason}`
  return new ConnectFailure(unreachable(route, what, `${sshLine(via)} nc -vz ${route.hostName} ${route.port}`), 'never')
}

/** The jump host itself could not be reached: its failure under the name of the host behind it. */
export function noJumpHost(route: Route, via: Route, { failure, kind }: VenvoyError): VenvoyError {
  const { what, ...rest } = failure
  return new VenvoyError({ ...rest, kind, where: route.label, what: `its jump host ${via.label}: ${what}` })
}

const waitedFor: Record<Stage, string> = {
  'TCP connection': 'does not answer',
  banner: 'accepts connections, but says nothing',
  'key exchange': 'hangs in the key exchange',
  login: 'hangs in the login',
}

/** Nothing more came. */
export function timedOut(route: Route, stage: Stage): ConnectFailure {
  const what = `${address(route)} ${waitedFor[stage]} (waited ${route.timeoutMs / 1000} s for the ${stage})`
  return new ConnectFailure(unreachable(route, what, sshLine(route)), 'never')
}

/** The host hung up, or the line was cut. */
export function hungUp(route: Route, stage: Stage, reason: string): ConnectFailure {
  if (stage === 'TCP connection' || stage === 'banner') {
    const what = `${address(route)} closed the connection before it said anything`
    const why = [
      'its sshd may be penalising this address (PerSourcePenalties), or have too many logins at once (MaxStartups)',
    ]
    return new ConnectFailure(unreachable(route, what, `wait a minute, then: ${sshLine(route)}`, why), 'later')
  }
  const what = `${address(route)} closed the connection during the ${stage}`
  return new ConnectFailure(unreachable(route, what, sshLine(route), [reason]), stage === 'login' ? 'never' : 'soon')
}

/** sshd says so in place of its banner (MaxStartups). */
export function crowded(route: Route): ConnectFailure {
  const what = `${address(route)} has too many logins at once`
  const next = `raise MaxStartups in its sshd_config, or try again: ${sshLine(route)}`
  return new ConnectFailure(unreachable(route, what, next, ['it said: Exceeded MaxStartups']), 'crowded')
}

/** ssh2 cannot, and the other that could is not there. */
export function noSystemSsh(route: Route, why: readonly string[] = []): VenvoyError {
  const next = "install OpenSSH's client (Debian: openssh-client)"
  return unreachable(route, 'only ssh could reach it, and there is no ssh on PATH', next, why)
}

/** The system's ssh does not even begin. */
export function sshCannot(route: Route, reason: string): ConnectFailure {
  return new ConnectFailure(
    unreachable(route, 'ssh does not take its configuration', `ssh -G ${route.alias}`, [reason]),
    'never',
  )
}

/** Something else listens there. */
export function notSsh(route: Route, firstLine: string): ConnectFailure {
  const next = `look at the port in deploy.yml; ${sshLine(route)}`
  return new ConnectFailure(
    unreachable(route, `${address(route)} does not speak SSH`, next, [`it said: ${firstLine}`]),
    'never',
  )
}

/** No algorithm that both sides know. */
export function noCommonAlgorithm(route: Route, reason: string): ConnectFailure {
  const what = `${address(route)} and venvoy have no algorithm in common`
  const next = `${sshLine(route)}   # shows what the host offers; venvoy knows curve25519 and ecdh, aes-gcm and aes-ctr`
  return new ConnectFailure(unreachable(route, what, next, [reason]), 'otherwise')
}

/** What was tried to get in, and what the host said. */
interface Attempts {
  readonly tried: readonly string[]
  readonly problems: readonly string[]
  readonly methods?: readonly string[] | undefined
}

/** The host did not let us in. */
export function notAccepted(route: Route, login: Attempts, ...reasons: readonly string[]): ConnectFailure {
  const why = [
    ...(login.tried.length === 0
      ? ['tried: nothing, there is no key to show']
      : login.tried.map((each) => `tried: ${each}`)),
    ...login.problems.map((each) => `not usable: ${each}`),
    ...(login.methods === undefined ? [] : [`the host takes: ${login.methods.join(', ')}`]),
    ...reasons,
  ]
  const { user, hostName, port } = route
  const next = `ssh-copy-id${port === 22 ? '' : ` -p ${port}`} ${user}@${hostName}, or name the right key as identity_file`
  return new ConnectFailure(unreachable(route, `${hostName} does not let ${user} in`, next, why), 'otherwise', {
    methods: login.methods ?? [],
  })
}

/** Somebody has broken the run off. */
export function interrupted(route: Route): VenvoyError {
  return new VenvoyError({ kind: 'interrupted', where: route.label, what: 'interrupted while connecting' })
}

/** Connected, but no command can be run: by what the host says, or because the connection has ended meanwhile. */
export function noChannel(label: string, reason: string, isLost: boolean): VenvoyError {
  if (isLost) return new VenvoyError(lostBeforeStart(label, []))
  return new VenvoyError({
    kind: 'unreachable',
    where: label,
    what: 'the host lets us in, but runs no command',
    why: [reason],
    next: "look at ForceCommand, MaxSessions and the account's shell on the host",
  })
}

/** We were logged in, and then the connection ended before anything was begun. */
export function lostBeforeStart(label: string, why: readonly string[]): Failure {
  return {
    kind: 'unreachable',
    where: label,
    what: 'the connection was lost before anything was run',
    why,
    next: `the same again; if it stays so, look into sshd's log on ${label}, and at what is between`,
  }
}
