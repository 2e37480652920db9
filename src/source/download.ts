import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { VenvoyError } from '../errors.js'
import { authorization, type Login } from './login.js'

interface Download {
  /** Without name and password. */
  readonly url: string
  readonly login: Login
  /** What the content must have, hexadecimal. */
  readonly sha256: string
  readonly signal?: AbortSignal | undefined
}

/** Brings a file from the web and holds it against its digest. Throws a VenvoyError where it cannot be had or is another. */
export async function download({ url, login, sha256, signal }: Download, place: string): Promise<void> {
  const where = `source ${url}`
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    const response = await fetch(url, { headers: authorization(login), ...(signal && { signal }) })
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      throw refused(where, url, response)
    }
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      hashing,
      createWriteStream(place, { mode: 0o600 }),
    )
  } catch (error) {
    if (error instanceof VenvoyError) throw error
    if (signal?.aborted) throw new VenvoyError({ kind: 'interrupted', what: 'interrupted' }, { cause: error })
    const { message, cause } = error as Error
    const why = [cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message]
    throw new VenvoyError({
      kind: 'unreachable',
      where,
      what: 'the archive cannot be fetched',
      why,
      next: `curl -fLO ${url}`,
    })
  }
  const digest = hash.digest('hex')
  if (digest !== sha256) throw otherContent(where, sha256, digest)
}

function refused(where: string, url: string, { status, statusText }: Response): VenvoyError {
  const why = [`HTTP ${status} ${statusText}`.trim()]
  if (status !== 401 && status !== 403)
    return new VenvoyError({
      kind: 'unreachable',
      where,
      what: 'the archive cannot be fetched',
      why,
      next: `curl -fLO ${url}`,
    })
  const next = 'source: { …, user: NAME, password: !secret ARCHIVE_PASSWORD }'
  return new VenvoyError({ kind: 'unreachable', where, what: 'the archive wants another name and password', why, next })
}

/** What was fetched, or is there, is not what the file says. */
export const otherContent = (where: string, wanted: string, found: string): VenvoyError =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'the archive is not the one that deploy.yml means',
    why: [`sha256 of deploy.yml: ${wanted}`, `sha256 of the archive: ${found}`],
    next: 'if this is the right one, say its sha256 in deploy.yml',
  })
