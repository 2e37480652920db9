/** Where the hosts of one instance wait for one another: all that are ready go on, or, with too many missing, none does. */
export class Barrier {
  readonly #expected: ReadonlySet<string>
  readonly #ready = new Set<string>()
  readonly #missing = new Set<string>()
  readonly #limit: number
  #decide: () => void = () => {}
  readonly #decided: Promise<void>

  /** `limit`: with how many missing hosts none goes on. */
  constructor(hosts: Iterable<string>, limit: number) {
    this.#limit = limit
    this.#expected = new Set(hosts)
    this.#decided = new Promise((resolve) => {
      this.#decide = resolve
    })
  }

  /** More than one host: there is something to wait for. */
  get isShared(): boolean {
    return this.#expected.size > 1
  }

  /** Every host says so once, whatever became of it. */
  arrive(host: string, isReady: boolean): void {
    if (this.#ready.has(host) || this.#missing.has(host)) return
    ;(isReady ? this.#ready : this.#missing).add(host)
    if (this.#isBroken || this.#ready.size + this.#missing.size === this.#expected.size) this.#decide()
  }

  /** Resolves when enough hosts are ready, or, if none goes on, with the name of the first that is missing. */
  async missing(): Promise<string | undefined> {
    await this.#decided
    return this.#isBroken ? [...this.#missing][0] : undefined
  }

  get #isBroken(): boolean {
    return this.#missing.size >= this.#limit
  }
}
