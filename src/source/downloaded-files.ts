import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { VenvoyError } from '../errors.js'

/** A file as a host announces it; its path is below that of the download, or ''. */
export interface AnnouncedFile {
  readonly path: string
  readonly size: number
  readonly executable: boolean
  /** It is here already. */
  readonly same: boolean
}

interface OpenFile {
  readonly place: string
  readonly draft: string
  readonly fd: number
}

/**
 * Writes what a host sends, each file beside its place until it is whole. The blocking calls keep memory bounded: nothing more is
 * read meanwhile. Throws a VenvoyError for a path that leads elsewhere, and what the disk says.
 */
export class DownloadedFiles {
  readonly #root: string
  readonly #isCheck: boolean
  #open: OpenFile | undefined
  /** Whether a file was, or would be, another than before. */
  changed = false

  constructor(root: string, isCheck: boolean) {
    this.#root = root
    this.#isCheck = isCheck
  }

  begin({ path, executable, same }: AnnouncedFile): void {
    this.abandon()
    const place = this.#placeOf(path)
    if (same) this.#settle(place, executable)
    else this.#start(place, executable)
  }

  #start(place: string, executable: boolean): void {
    this.changed = true
    if (this.#isCheck) return
    mkdirSync(dirname(place), { recursive: true })
    const draft = join(dirname(place), `.venvoy-draft.${randomBytes(6).toString('hex')}`)
    this.#open = { place, draft, fd: openSync(draft, 'wx', executable ? 0o755 : 0o644) }
  }

  write(bytes: Uint8Array): void {
    if (this.#open === undefined) return
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#open.fd, bytes, at)
  }

  end(): void {
    if (this.#open === undefined) return
    const { place, draft, fd } = this.#open
    // Not fsync: for thousands of files it takes most of the time, and stops everything else meanwhile. What a loss of
    // power takes is fetched by the next run, which compares contents.
    closeSync(fd)
    renameSync(draft, place)
    this.#open = undefined
  }

  /** What is not whole is taken back. */
  abandon(): void {
    if (this.#open === undefined) return
    closeSync(this.#open.fd)
    rmSync(this.#open.draft, { force: true })
    this.#open = undefined
  }

  #settle(place: string, executable: boolean): void {
    const { mode } = statSync(place)
    if (((mode & 0o100) !== 0) === executable) return
    this.changed = true
    // Whoever may read it may execute it.
    if (!this.#isCheck) chmodSync(place, executable ? (mode & 0o777) | ((mode & 0o444) >> 2) : mode & 0o666)
  }

  #placeOf(path: string): string {
    if (path === '') return this.#root
    const isInside = path
      .split('/')
      .every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'))
    if (isInside) return join(this.#root, path)
    throw new VenvoyError({
      kind: 'command',
      what: `the host named a file that is not below its folder: ${JSON.stringify(path)}`,
    })
  }
}
