import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Askpass } from './askpass.js'
import { ConnectFailure, interrupted, notAccepted, timedOut } from './connect-errors.js'
import { createDeadline, type Deadline } from './deadline.js'
import { refusedKey, takenKey } from './host-key-errors.js'
import type { HostKeys } from './host-keys.js'
import type { LoggedIn } from './logged-in.js'
import { joinMaster, type MuxConnection } from './mux-connection.js'
import { muxSessions } from './mux-sessions.js'
import type { Route } from './route.js'
import { emptyLog, readLogLine } from './ssh-log.js'
import type { SshPrompts } from './ssh-prompts.js'
import { systemFailure } from './system-failure.js'

export interface SystemLoginOptions {
  readonly route: Route
  readonly arguments: readonly string[]
  readonly controlPath: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absent where there is nobody to ask. */
  readonly asking?: { readonly askpass: Askpass; readonly prompts: SshPrompts }
  /** What the certificates say that it may show. */
  readonly shown: readonly string[]
  readonly hostKeys: Pick<HostKeys, 'explain'>
  note(text: string, host: string): void
  readonly signal: AbortSignal
}

/** ssh ends when the stdin of this shell does: also when we are killed and can end nothing ourselves. */
const watched = '"$@" </dev/null & pid=$!; exec 2>&-; read -r _; kill "$pid"; wait "$pid"'

/** One try to connect and log in by the system's ssh. Rejects with a ConnectFailure, in any case within the time limit. */
export function systemLogin(options: SystemLoginOptions): Promise<LoggedIn> {
  return new SystemLogin(options).run()
}

class SystemLogin {
  readonly #options: SystemLoginOptions
  readonly #log = emptyLog()
  #settle: { resolve(loggedIn: LoggedIn): void; reject(error: unknown): void } | undefined
  #deadline: Deadline | undefined
  #child: ChildProcessWithoutNullStreams | undefined
  #forget: () => void = () => {}
  #broken: string | undefined
  /** The person at the terminal has refused the host's key. */
  #saidNo = false

  constructor(options: SystemLoginOptions) {
    this.#options = options
  }

  run(): Promise<LoggedIn> {
    const { route, signal } = this.#options
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      if (signal.aborted) return this.#abort()
      signal.addEventListener('abort', this.#abort)
      this.#deadline = createDeadline(route.timeoutMs, () => this.#fail(timedOut(route, this.#log.stage)))
      this.#start()
    })
  }

  #start(): void {
    const { arguments: args, env } = this.#options
    // A session of its own: a Ctrl-C at our terminal is ours to pass on, and no terminal is there to ask at.
    const child = spawn('/bin/sh', ['-c', watched, 'sh', 'ssh', ...args], {
      env: { ...env, ...this.#askEnv(), LC_ALL: 'C' },
      detached: true,
    })
    this.#child = child
    child.stdout.resume()
    child.stdin.on('error', () => {})
    child.on('error', () => this.#ended())
    const lines = createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY })
    lines.on('line', (line) => this.#read(line))
    lines.on('close', () => this.#ended())
  }

  #askEnv(): Readonly<Record<string, string>> {
    const { asking, route } = this.#options
    if (asking === undefined) return {}
    const answer = asking.prompts.of(route, this.#log)
    const { env, end } = asking.askpass.enter(async (question) => {
      this.#deadline?.hold(true)
      try {
        const said = await answer(question)
        this.#saidNo ||= said === 'no'
        return said
      } catch (error) {
        // The person at the terminal has broken it off.
        this.#broken = (error as Error).message
        return undefined
      } finally {
        this.#deadline?.hold(false)
      }
    })
    this.#forget = end
    return env
  }

  #read(line: string): void {
    const { stage } = this.#log
    readLogLine(this.#log, line)
    if (this.#log.stage !== stage) this.#deadline?.restart()
    if (this.#log.isReady && this.#settle !== undefined) this.#join()
  }

  #join(): void {
    joinMaster(this.#options.controlPath).then(
      (mux) => this.#joined(mux),
      (error: Error) => {
        this.#log.said.push(error.message)
        this.#ended()
      },
    )
  }

  #joined(mux: MuxConnection): void {
    const settle = this.#finish()
    if (settle === undefined) {
      mux.close()
      return
    }
    mux.onClose(() => this.#kill())
    this.#tellNewKey()
    settle.resolve({
      how: `${[...this.#log.passed].join(', ')} (ssh)`,
      ip: this.#log.ip,
      controlPath: this.#options.controlPath,
      sessions: muxSessions(mux, /^OpenSSH_/.test(this.#log.software ?? '')),
      onClose: (told) => mux.onClose(told),
      close: () => {
        mux.close()
        this.#kill()
      },
    })
  }

  #tellNewKey(): void {
    const { route, note } = this.#options
    const { hostKey, said } = this.#log
    // Warning: Permanently added '10.0.0.7' (ED25519) to the list of known hosts.
    const isNew = said.some((line) => line.startsWith('Warning: Permanently added'))
    if (isNew && hostKey && route.keyed.unknownKeys === 'accept-new') note(takenKey(hostKey), route.label)
  }

  #ended(): void {
    this.#whatFailed().then(
      (failure) => this.#fail(failure),
      (error) => this.#fail(error),
    )
  }

  async #whatFailed(): Promise<ConnectFailure> {
    const { route, hostKeys, shown } = this.#options
    const { hostKey, said } = this.#log
    if (this.#broken !== undefined) return notAccepted(route, this.#log, this.#broken)
    // Host key verification failed.
    const isRefused = said.some((line) => line.startsWith('Host key verification failed'))
    if (!isRefused || hostKey === undefined) return systemFailure(route, this.#log, shown)
    const isOurNo = this.#saidNo
    return new ConnectFailure(
      isOurNo ? refusedKey(route.keyed, hostKey) : await hostKeys.explain(route.keyed, hostKey),
      'never',
    )
  }

  readonly #abort = () => this.#fail(new ConnectFailure(interrupted(this.#options.route), 'never'))

  #fail(error: unknown): void {
    this.#kill()
    if (error instanceof ConnectFailure) {
      const failed = error.isOfName ? 'name lookup' : this.#log.stage
      error.passage = { ...this.#log, by: "the system's ssh", failed }
    }
    this.#finish()?.reject(error)
  }

  #kill(): void {
    this.#child?.stdin.end()
  }

  /** Afterwards nothing can change the outcome any more. */
  #finish() {
    const settle = this.#settle
    this.#settle = undefined
    this.#deadline?.clear()
    this.#forget()
    this.#options.signal.removeEventListener('abort', this.#abort)
    return settle
  }
}
