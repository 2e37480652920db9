import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { VenvoyError } from '../errors.js'
import { filePieces } from './pieces.js'

/** The control side's cache of files that pip installs, each by its SHA-256, for all projects. */
export class WheelStore {
  readonly #folder: string

  constructor(cache: string) {
    this.#folder = join(cache, 'wheels')
  }

  /** Bytes; undefined: it is not there. */
  async size(digest: string): Promise<number | undefined> {
    const stats = await stat(this.#place(digest)).catch(() => undefined)
    return stats?.size
  }

  /** Keeps what comes under its digest, if it is that; gives the digest that it has. */
  async put(digest: string, content: NodeJS.ReadableStream): Promise<string> {
    const place = this.#place(digest)
    const draft = `${place}.${randomBytes(4).toString('hex')}`
    const hash = createHash('sha256')
    const hashing = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    })
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    try {
      await pipeline(content, hashing, createWriteStream(draft, { mode: 0o600 }))
      const found = hash.digest('hex')
      if (found === digest) await rename(draft, place)
      return found
    } finally {
      await rm(draft, { force: true })
    }
  }

  /** The content, held against its digest. Throws a VenvoyError where it was damaged since. */
  async *pieces(digest: string): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256')
    for await (const piece of filePieces(this.#place(digest))) {
      hash.update(piece)
      yield piece
    }
    if (hash.digest('hex') === digest) return
    await rm(this.#place(digest), { force: true })
    throw new VenvoyError({
      kind: 'command',
      what: 'a wheel of the cache here was damaged',
      why: [`removed: ${this.#place(digest)}`],
      next: 'run the same command again: it is fetched anew',
    })
  }

  readonly #place = (digest: string): string => join(this.#folder, digest)
}
