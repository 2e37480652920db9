import type { VenvoyError } from '../errors.js'
import type { HostKeys, KeyAnswer } from './host-keys.js'
import type { KeyedHost } from './keyed-host.js'
import { type ShownKey, shownKey } from './known-hosts.js'

interface KeyCheckOptions {
  readonly keyed: KeyedHost
  readonly hostKeys: Pick<HostKeys, 'check'>
  /** A person is asked, or not any more. */
  asking(isAsking: boolean): void
  /** The person has broken it off. */
  broken(error: Error): void
}

/** The check of the key that a host shows in one handshake. */
export class KeyCheck {
  readonly #options: KeyCheckOptions
  #save: () => void = () => {}
  shown: ShownKey | undefined
  /** Why the key is not taken. */
  refusal: VenvoyError | undefined

  constructor(options: KeyCheckOptions) {
    this.#options = options
  }

  /** The answer at once where the files know it; otherwise nothing, and `verify` is told when a person has said it. */
  verify(key: Buffer, verify: (valid: boolean) => void): boolean | undefined {
    const { hostKeys, keyed, asking, broken } = this.#options
    const answer = hostKeys.check(keyed, key)
    if (!(answer instanceof Promise)) return this.#take(key, answer)
    asking(true)
    answer.then((given) => {
      asking(false)
      verify(this.#take(key, given))
    }, broken)
    return undefined
  }

  /** Writes a new key down: to be called once the host has shown that it is its own. */
  save(): void {
    this.#save()
  }

  #take(key: Buffer, answer: KeyAnswer): boolean {
    this.shown = shownKey(key)
    if (answer.accepted) this.#save = answer.save
    else this.refusal = answer.error
    return answer.accepted
  }
}
