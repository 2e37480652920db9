import type { Route } from './route.js'
import type { SshOnlyKeys } from './ssh-only-keys.js'

/** Who speaks SSH to a host: ssh2, in this process, or the system's ssh where ssh2 cannot, and why. */
export type Choice = { readonly by: 'ssh2' } | { readonly by: 'ssh'; readonly why: string }

export interface ChoiceFacts {
  readonly route: Pick<Route, 'transport' | 'sshOnly'>
  readonly keys: SshOnlyKeys
  /** How many keys ssh2 could show. */
  readonly usable: number
  /** Whether the host is known by a certificate only. */
  readonly wantsCertificate: boolean
  /** Why ssh got in where ssh2 did not, the last time. */
  readonly lastBySsh?: string | undefined
  /** ssh2 got in with a key alone, the last time. */
  readonly isKnown: boolean
}

/** Whoever can, ssh2 first: it costs a twentieth of the time and no process for each host. */
export function chooseTransport(facts: ChoiceFacts): Choice {
  const { route, keys, usable, wantsCertificate, lastBySsh, isKnown } = facts
  if (route.transport === 'ssh2') return { by: 'ssh2' }
  if (route.transport === 'ssh') return { by: 'ssh', why: 'deploy.yml says so' }
  const [only] = route.sshOnly
  if (only !== undefined) return { by: 'ssh', why: `ssh_config says ${only}` }
  if (wantsCertificate) return { by: 'ssh', why: 'known_hosts knows it by a certificate authority' }
  if (lastBySsh !== undefined) return { by: 'ssh', why: lastBySsh }
  if (isKnown) return { by: 'ssh2' }
  const [certificate] = keys.certificates
  if (certificate !== undefined) return { by: 'ssh', why: `there is a certificate to show (${certificate})` }
  const [key] = keys.securityKeys
  if (key !== undefined && usable === 0) return { by: 'ssh', why: `its key is a security key (${key})` }
  return { by: 'ssh2' }
}

/** After ssh2 was not let in, or found no algorithm in common: why ssh may be; undefined where it would fare no better. */
export function secondChoice(
  { route, keys }: Pick<ChoiceFacts, 'route' | 'keys'>,
  { hasCommonAlgorithm, takesTicket }: { readonly hasCommonAlgorithm: boolean; readonly takesTicket: boolean },
): string | undefined {
  if (route.transport !== 'auto') return undefined
  if (!hasCommonAlgorithm) return 'ssh2 has no algorithm in common with it'
  const [key] = keys.securityKeys
  if (key !== undefined) return `the next key to try is a security key (${key})`
  return takesTicket ? 'it takes Kerberos tickets' : undefined
}
