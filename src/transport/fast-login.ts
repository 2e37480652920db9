import type { Identity } from './identities.js'
import type { RawSession } from './logged-in.js'
import type { Login } from './login.js'
import type { Internals } from './ssh2-internals.js'

/** A login that is on its way without a question before it. */
export interface FastLogin {
  readonly key: Identity
  /** The session that was asked for right behind it; it never opens when the key is refused. */
  readonly session: Promise<RawSession> | undefined
}

interface FastLoginOptions {
  readonly internals: Internals
  readonly login: Login
  /** The key that this host took last time. */
  readonly key: Identity
  readonly user: string
  readonly withSession: boolean
  /** Nothing was sent: the key does not sign any more. */
  failed(error: Error): void
}

/**
 * Saves three round trips: the signature goes behind the request for the login service, without asking first whether the
 * key would do (RFC 4252, 7 allows it), and the first session behind the signature. Call it when the keys are exchanged.
 * A host that refuses the key goes on with the usual login on the same connection.
 */
export function beginFastLogin({ internals, login, key, user, withSession, failed }: FastLoginOptions): FastLogin {
  const isRsa = key.publicKey.type === 'ssh-rsa'
  const hash = isRsa ? 'sha256' : undefined
  login.begin(key)
  let open: () => void = () => {}
  const session = withSession
    ? new Promise<void>((resolve) => {
        open = resolve
      }).then(() => internals.openSession())
    : undefined
  session?.catch(() => {})
  internals.signUnasked({
    user,
    key: key.unlocked ?? key.publicKey,
    algorithm: isRsa ? 'rsa-sha2-256' : undefined,
    sign(data, done) {
      if (key.unlocked !== undefined) done(key.unlocked.sign(data, hash))
      else key.sign(data, hash).then(done).catch(failed)
    },
    sent: () => open(),
  })
  return { key, session }
}

/** Only OpenSSH is known to take what comes before its answer, and nobody may have to touch or type something. */
export function allowsFastLogin(internals: Internals | undefined, key: Identity): boolean {
  return key.silent && internals !== undefined && /^OpenSSH_/.test(internals.software)
}
