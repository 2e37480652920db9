/** Where the hosts of one instance wait for one another: either all of them go on, or none does. */
export class Barrier {
  readonly #expected: ReadonlySet<string>
  readonly #ready = new Set<string>()
  #missing: string | undefined
  #decide: () => void = () => {}
  readonly #decided: Promise<void>

  constructor(hosts: Iterable<string>) {
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
    if (this.#ready.has(host) || this.#missing === host) return
    if (isReady) this.#ready.add(host)
    else this.#missing ??= host
    if (this.#missing !== undefined || this.#ready.size === this.#expected.size) this.#decide()
  }

  /** Resolves when all hosts are ready, or with the name of the first that will not be. */
  async missing(): Promise<string | undefined> {
    await this.#decided
    return this.#missing
  }
}
