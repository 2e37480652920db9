import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What let us in the last time: the fingerprints of the host's key and of ours. */
export interface KnownLogin {
  readonly hostKey: string
  readonly key: string
}

/** ssh got in where ssh2 had not: why, and when that was found (in milliseconds since 1970). */
interface SshLogin {
  readonly bySsh: string
  readonly since: number
}

type Login = KnownLogin | SshLogin

/** Hosts get newer, and people other keys: after this, ssh2 has another try. */
const sshForMs = 7 * 24 * 3_600_000

/** How each host let us in last time, kept from run to run. Of keys it holds fingerprints only. */
export interface LoginMemory {
  /** `login`: `deploy@10.0.0.7:22`. */
  recall(login: string): KnownLogin | undefined
  remember(login: string, known: KnownLogin): void
  /** Why the host is reached by ssh at once, where ssh2 was not let in lately. */
  recallSsh(login: string): string | undefined
  rememberSsh(login: string, why: string): void
  forget(login: string): void
  /** Writes down what this run has learnt, beside what other runs have. Throws what the file system says. */
  save(): void
}

export function openLoginMemory(file: string, now: () => number = Date.now): LoginMemory {
  let logins: Map<string, Login> | undefined
  const learnt = new Map<string, Login | undefined>()
  const last = (login: string) => {
    logins ??= read(file)
    return learnt.has(login) ? learnt.get(login) : logins.get(login)
  }
  return {
    recall(login) {
      const known = last(login)
      return known !== undefined && 'key' in known ? known : undefined
    },
    remember(login, known) {
      const before = this.recall(login)
      if (before?.hostKey !== known.hostKey || before.key !== known.key) learnt.set(login, known)
    },
    recallSsh(login) {
      const known = last(login)
      const isFresh = known !== undefined && 'bySsh' in known && now() - known.since < sshForMs
      return isFresh ? known.bySsh : undefined
    },
    rememberSsh(login, why) {
      learnt.set(login, { bySsh: why, since: now() })
    },
    forget(login) {
      if (last(login) !== undefined) learnt.set(login, undefined)
    },
    save() {
      if (learnt.size === 0) return
      const merged = new Map<string, Login | undefined>([...read(file), ...learnt])
      learnt.clear()
      logins = undefined
      write(
        file,
        [...merged].filter(([, known]) => known !== undefined),
      )
    },
  }
}

function read(file: string): Map<string, Login> {
  try {
    const { logins } = JSON.parse(readFileSync(file, 'utf8')) as { readonly logins: Record<string, unknown> }
    return new Map(Object.entries(logins).filter((entry): entry is [string, Login] => isLogin(entry[1])))
  } catch {
    // No file yet, or one that somebody has broken: it is only a memory.
    return new Map()
  }
}

function isLogin(value: unknown): value is Login {
  if (typeof value !== 'object' || value === null) return false
  const { hostKey, key, bySsh, since } = value as Record<string, unknown>
  const isOfKey = typeof hostKey === 'string' && typeof key === 'string'
  return isOfKey || (typeof bySsh === 'string' && typeof since === 'number')
}

function write(file: string, logins: readonly (readonly [string, unknown])[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // Another run may write at the same time: each has a file of its own, and the last rename stands.
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify({ version: 1, logins: Object.fromEntries(logins) }, undefined, 1)}\n`, {
    mode: 0o600,
  })
  renameSync(fresh, file)
}
