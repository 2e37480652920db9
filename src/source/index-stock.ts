import pLimit from 'p-limit'
import { VenvoyError } from '../errors.js'
import { artifactOf } from '../lock/artifact.js'
import type { Artifact } from '../lock/lock.js'
import { pipWheelFor } from '../lock/pip-wheels.js'
import { filesOf, type Offered, openFile, type PackageIndex } from './simple-index.js'
import type { AtHand, WheelStock } from './wheel-stock.js'
import { WheelStore } from './wheel-store.js'

interface StockOptions {
  /** The control side's cache folder. */
  readonly cache: string
  readonly signal?: AbortSignal | undefined
  /** Hears once that something is fetched. */
  readonly onFetch: () => void
}

/**
 * The indexes that are asked here, and the addresses that a lockfile names itself. What was fetched once stays in the cache.
 * Whatever says where a file is, its hash says what it is.
 */
export class IndexStock implements WheelStock {
  readonly #indexes: readonly PackageIndex[]
  readonly #options: StockOptions
  readonly #store: WheelStore
  readonly #limit = pLimit(8)
  readonly #pages = new Map<string, Promise<readonly Offered[] | undefined>>()
  readonly #found = new Map<string, Promise<AtHand | undefined>>()

  constructor(indexes: readonly PackageIndex[], options: StockOptions) {
    this.#indexes = indexes
    this.#options = options
    this.#store = new WheelStore(options.cache)
  }

  get place(): string {
    return this.#indexes.length === 0 ? 'what the lockfile names' : this.#indexes.map(({ url }) => url).join(', ')
  }

  async filesOf(name: string): Promise<readonly Artifact[]> {
    const pages = await Promise.all(this.#indexes.map((index) => this.#page(index, name)))
    return pages.flatMap((page = []) =>
      page.flatMap(({ digest, ...file }) => (digest === undefined ? [] : [artifactOf({ ...file, digest })])),
    )
  }

  find(name: string, wanted: Artifact): Promise<AtHand | undefined> {
    const found = this.#found.get(wanted.digest) ?? this.#limit(() => this.#lookFor(name, wanted))
    this.#found.set(wanted.digest, found)
    return found
  }

  pips({ interpreter }: Parameters<WheelStock['pips']>[0]): readonly Artifact[] {
    const pip = pipWheelFor(interpreter)
    return pip === undefined ? [] : [pip]
  }

  async #lookFor(name: string, wanted: Artifact): Promise<AtHand | undefined> {
    if ((await this.#store.size(wanted.digest)) === undefined && !(await this.#fetch(name, wanted))) return undefined
    const size = await this.#store.size(wanted.digest)
    return size === undefined ? undefined : { size, pieces: () => this.#store.pieces(wanted.digest) }
  }

  /** From the first place that has it. Throws what the last place said where none has, and one did not answer. */
  async #fetch(name: string, wanted: Artifact): Promise<boolean> {
    const problems: VenvoyError[] = []
    const places = [
      ...this.#indexes.map((index) => async () => addressIn(await this.#page(index, name), wanted)),
      () => Promise.resolve(wanted.url),
    ]
    for (const place of places) {
      try {
        const url = await place()
        if (url === undefined) continue
        this.#options.onFetch()
        const content = await openFile(url, this.#indexes, this.#options.signal)
        const digest = await this.#store.put(wanted.digest, content)
        if (digest === wanted.digest) return true
        problems.push(otherContent(url, wanted.digest, digest))
      } catch (error) {
        if (!(error instanceof VenvoyError) || error.kind === 'interrupted') throw error
        problems.push(error)
      }
    }
    const last = problems.at(-1)
    if (last !== undefined) throw last
    return false
  }

  #page(index: PackageIndex, name: string): Promise<readonly Offered[] | undefined> {
    const key = `${index.url} ${name}`
    const page = this.#pages.get(key) ?? filesOf(index, name, this.#options.signal)
    this.#pages.set(key, page)
    return page
  }
}

/** An index that says no hashes is taken by the names of its files; their content is looked at. */
const addressIn = (page: readonly Offered[] | undefined, wanted: Artifact): string | undefined =>
  page?.find(({ digest, filename }) => (digest === undefined ? filename === wanted.filename : digest === wanted.digest))
    ?.url

const otherContent = (url: string, wanted: string, found: string) =>
  new VenvoyError({
    kind: 'command',
    where: url,
    what: 'the index has another file under this name than the lockfile means',
    why: [`sha256 of the lockfile: ${wanted}`, `sha256 of the file: ${found}`],
    next: 'find out who changed it; lock again only if you trust what is there now: venvoy lock',
  })
