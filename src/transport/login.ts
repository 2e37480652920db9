import ssh2, {
  type AnyAuthMethod,
  type AuthHandlerMiddleware,
  type IdentityCallback,
  type ParsedKey,
  type Prompt,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'
import type { Identity } from './identities.js'
import type { Ask } from './transport.js'

/** OpenSSH hangs up at the sixth refusal, and its PerSourcePenalties then lock the whole address out for a while. */
const mostTries = 6
const mostPrompts = 3

export interface LoginOptions {
  readonly user: string
  /** `deploy@web1`, for prompts. */
  readonly label: string
  readonly identities: readonly Identity[]
  /** Keys that cannot be tried, and why. */
  readonly problems: readonly string[]
  readonly ask: Ask | undefined
  /** Told when a person is asked and has answered: their time is not the host's. */
  asking(isAsking: boolean): void
  /** The login cannot go on: the person at the terminal has broken it off. */
  broken(error: Error): void
}

/** One login: what is tried, in which order, and what came of it. */
export interface Login {
  readonly handler: AuthHandlerMiddleware
  /** Where ssh2 itself does not say it: the answer to the try before. */
  refused(methods: readonly string[], partial: boolean): void
  /** Has this key tried first; it counts as one of the tries. */
  begin(identity: Identity): void
  /** How the host was entered: `publickey id_ed25519`. */
  how(): string
  /** The key that opened the door, if it was one key and nothing else. */
  soleKey(): Identity | undefined
  /** What was tried, one line each. */
  readonly tried: readonly string[]
  /** Whether the host has said no to anything yet. */
  wasRefused(): boolean
  /** What the host would take, as far as it has said so. */
  readonly methods: readonly string[] | undefined
  /** Keys that could not sign, and why. */
  readonly problems: readonly string[]
}

export function createLogin(options: LoginOptions): Login {
  return new LoginState(options)
}

type Next = AnyAuthMethod | Promise<AnyAuthMethod> | undefined

class LoginState implements Login {
  readonly tried: string[] = []
  readonly problems: string[]
  readonly #options: LoginOptions
  readonly #keys: Identity[]
  readonly #passed: string[] = []
  readonly #prompts = { interactive: 0, password: 0 }
  #methods: readonly string[] | undefined
  #current: { readonly name: string; readonly key?: Identity } | undefined
  /** Whether the host put a question at all in the last keyboard-interactive try. */
  #wasAsked = true
  #hearsRefusals = false

  constructor(options: LoginOptions) {
    this.#options = options
    this.#keys = [...options.identities]
    this.problems = [...options.problems]
  }

  readonly handler: AuthHandlerMiddleware = (methods, partial, next) => {
    // The public side of ssh2; it says nothing before the first try, and old news after the keys of an agent.
    if (!this.#hearsRefusals && methods) this.#take(methods, partial)
    const method = this.#next()
    if (method instanceof Promise) method.then(next, this.#options.broken)
    // `false` ends the login; the types do not know it.
    else next(method ?? (false as unknown as AnyAuthMethod))
  }

  refused(methods: readonly string[], partial: boolean): void {
    this.#hearsRefusals = true
    this.#take(methods, partial)
  }

  begin(identity: Identity): void {
    this.#keys.splice(0, this.#keys.length, identity, ...this.#keys.filter((each) => each !== identity))
  }

  how(): string {
    return [...this.#passed, this.#current?.name ?? 'none'].join(', ')
  }

  soleKey(): Identity | undefined {
    return this.#passed.length === 0 ? this.#current?.key : undefined
  }

  wasRefused(): boolean {
    return this.#methods !== undefined
  }

  get methods(): readonly string[] | undefined {
    return this.#methods
  }

  #take(methods: readonly string[], partial: boolean): void {
    this.#methods = methods
    if (partial && this.#current !== undefined) this.#passed.push(this.#current.name)
  }

  #next(): Next {
    const method = this.#tryKey() ?? this.#tryInteractive() ?? this.#tryPassword()
    if (method !== undefined || this.#current !== undefined) return method
    // Nothing to show: at least the host then says what it would take.
    return this.#try({ name: 'none' }, { type: 'none', username: this.#options.user })
  }

  #try<T extends Next>(current: { readonly name: string; readonly key?: Identity }, method: T): T {
    this.#current = current
    return method
  }

  #allows(method: string, most = mostTries): boolean {
    return this.tried.length < most && (this.#methods === undefined || this.#methods.includes(method))
  }

  #tryKey(): Next {
    // One try is kept for the password where there is somebody to type it.
    const most = this.#options.ask === undefined ? mostTries : mostTries - 1
    const key = this.#allows('publickey', most) ? this.#keys.shift() : undefined
    if (key === undefined) return undefined
    this.tried.push(`publickey ${key.name} ${key.fingerprint}`)
    return this.#try({ name: `publickey ${key.name}`, key }, this.#keyMethod(key))
  }

  #keyMethod(key: Identity): AnyAuthMethod {
    const username = this.#options.user
    if (key.unlocked !== undefined) return { type: 'publickey', username, key: key.unlocked }
    const failed = (error: Error) => this.problems.push(`${key.name}: ${error.message}`)
    return { type: 'agent', username, agent: new SingleKey(key, (work) => this.#whileAsking(work), failed) }
  }

  #tryInteractive(): Next {
    const { ask, user } = this.#options
    if (ask === undefined || !this.#wasAsked || !this.#allows('keyboard-interactive')) return undefined
    if (this.#prompts.interactive++ >= mostPrompts) return undefined
    this.#wasAsked = false
    this.tried.push('keyboard-interactive')
    return this.#try(
      { name: 'keyboard-interactive' },
      {
        type: 'keyboard-interactive',
        username: user,
        prompt: (name, instructions, _language, prompts, done) => {
          this.#wasAsked = true
          this.#answer(ask, [name, instructions], prompts).then(done, this.#options.broken)
        },
      },
    )
  }

  #tryPassword(): Next {
    const { ask, user, label } = this.#options
    if (ask === undefined || !this.#allows('password')) return undefined
    if (this.#prompts.password++ >= mostPrompts) return undefined
    this.tried.push('password')
    const typed = this.#whileAsking(() => ask.secret(`${label}'s password: `))
    return this.#try(
      { name: 'password' },
      typed.then((password) => ({ type: 'password', username: user, password })),
    )
  }

  async #answer(ask: Ask, introduction: readonly string[], prompts: readonly Prompt[]): Promise<string[]> {
    const answers: string[] = []
    for (const { prompt } of prompts) {
      const text = [...(answers.length === 0 ? introduction : []), `(${this.#options.label}) ${prompt}`]
      answers.push(await this.#whileAsking(() => ask.secret(text.filter((line) => line !== '').join('\n'))))
    }
    return answers
  }

  async #whileAsking<T>(work: () => Promise<T>): Promise<T> {
    this.#options.asking(true)
    try {
      return await work()
    } finally {
      this.#options.asking(false)
    }
  }
}

/** An agent that holds one key: so ssh2 asks the host first, and for the passphrase only when the host wants the key. */
class SingleKey extends ssh2.BaseAgent<ParsedKey> {
  readonly #key: Identity
  readonly #while: (work: () => Promise<Buffer>) => Promise<Buffer>
  readonly #failed: (error: Error) => void

  constructor(key: Identity, during: (work: () => Promise<Buffer>) => Promise<Buffer>, failed: (error: Error) => void) {
    super()
    this.#key = key
    this.#while = during
    this.#failed = failed
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(undefined, [this.#key.publicKey])
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const reply = typeof options === 'function' ? options : done
    const hash = typeof options === 'function' ? undefined : options.hash
    this.#while(() => this.#key.sign(data, hash)).then(
      (signature) => reply?.(undefined, signature),
      (error: Error) => {
        this.#failed(error)
        reply?.(error)
      },
    )
  }
}
