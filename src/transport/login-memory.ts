import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What let us in the last time: the fingerprints of the host's key and of ours. */
export interface KnownLogin {
  readonly hostKey: string
  readonly key: string
}

/** Which key each host took last time, kept from run to run. It holds fingerprints only. */
export interface LoginMemory {
  /** `login`: `deploy@10.0.0.7:22`. */
  recall(login: string): KnownLogin | undefined
  remember(login: string, known: KnownLogin): void
  forget(login: string): void
  /** Writes down what this run has learnt, beside what other runs have. Throws what the file system says. */
  save(): void
}

export function openLoginMemory(file: string): LoginMemory {
  let logins: Map<string, KnownLogin> | undefined
  const learnt = new Map<string, KnownLogin | undefined>()
  return {
    recall(login) {
      logins ??= read(file)
      return learnt.has(login) ? learnt.get(login) : logins.get(login)
    },
    remember(login, known) {
      const before = this.recall(login)
      if (before?.hostKey !== known.hostKey || before.key !== known.key) learnt.set(login, known)
    },
    forget(login) {
      if (this.recall(login) !== undefined) learnt.set(login, undefined)
    },
    save() {
      if (learnt.size === 0) return
      const merged = new Map<string, KnownLogin | undefined>([...read(file), ...learnt])
      learnt.clear()
      logins = undefined
      write(
        file,
        [...merged].filter(([, known]) => known !== undefined),
      )
    },
  }
}

function read(file: string): Map<string, KnownLogin> {
  try {
    const { logins } = JSON.parse(readFileSync(file, 'utf8')) as { readonly logins: Record<string, unknown> }
    return new Map(Object.entries(logins).filter((entry): entry is [string, KnownLogin] => isKnownLogin(entry[1])))
  } catch {
    // No file yet, or one that somebody has broken: it is only a memory.
    return new Map()
  }
}

function isKnownLogin(value: unknown): value is KnownLogin {
  if (typeof value !== 'object' || value === null) return false
  const { hostKey, key } = value as Record<string, unknown>
  return typeof hostKey === 'string' && typeof key === 'string'
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
