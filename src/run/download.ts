import type { FileStep } from '../operations/step.js'
import type { HelperEvent } from '../remote/helper.js'
import { DownloadedFiles } from '../source/downloaded-files.js'

/** Milliseconds between two words of how far it has come. */
const sayEvery = 200

/** What a download step says becomes files here. The first thing that goes wrong here ends it. */
export class Download {
  readonly #files: DownloadedFiles
  readonly #now: () => number
  readonly #onProgress: (done: number, total: number) => void
  readonly #onFault: () => void
  #done = 0
  #total = 0
  #said: number
  #isSaid = false
  /** Why a file could not be written. */
  fault: Error | undefined

  constructor(
    { root = '', check = false }: FileStep,
    now: () => number,
    on: { progress(done: number, total: number): void; fault(): void },
  ) {
    this.#files = new DownloadedFiles(root, check)
    this.#now = now
    this.#said = now()
    this.#onProgress = on.progress
    this.#onFault = on.fault
  }

  /** A dry run finds no file where an earlier step would have made them; that something would change is what the host says. */
  get changed(): boolean {
    return this.#files.changed || this.#isSaid
  }

  event(event: HelperEvent): void {
    this.#try(() => {
      if (event.event === 'begin') this.#total = event.bytes
      else if (event.event === 'placed') this.#isSaid = event.changed
      else if (event.event === 'file') {
        this.#files.begin(event)
        if (event.same) this.#count(event.size)
      } else if (event.event === 'end') this.#files.end()
    })
  }

  bytes(bytes: Uint8Array): void {
    this.#try(() => this.#files.write(bytes))
    this.#count(bytes.length)
  }

  /** The step has ended, however. */
  close(): void {
    this.#files.abandon()
  }

  #try(act: () => void): void {
    if (this.fault !== undefined) return
    try {
      act()
    } catch (error) {
      this.fault = error as Error
      this.#onFault()
    }
  }

  #count(bytes: number): void {
    this.#done += bytes
    const now = this.#now()
    if (now - this.#said < sayEvery) return
    this.#said = now
    this.#onProgress(this.#done, Math.max(this.#done, this.#total))
  }
}
