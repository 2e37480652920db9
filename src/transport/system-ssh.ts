import { rmSync, writeFileSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Askpass, openAskpass } from './askpass.js'
import { ConnectFailure, noSystemSsh } from './connect-errors.js'
import type { HostKeys } from './host-keys.js'
import type { LoggedIn } from './logged-in.js'
import type { Route } from './route.js'
import { makeRunFolder } from './run-folder.js'
import { sshArguments } from './ssh-arguments.js'
import type { SshConfigQuestion } from './ssh-config.js'
import { createSshPrompts, type SshPrompts } from './ssh-prompts.js'
import { sshSays } from './ssh-says.js'
import type { SshSettings } from './ssh-settings.js'
import { systemLogin } from './system-login.js'
import type { Ask } from './transport.js'

export interface SystemSshOptions {
  readonly home: string
  readonly systemFolder: string
  /** What ssh, and what it starts, is run with. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostKeys: HostKeys
  readonly ask: Ask | undefined
  note(text: string, host: string): void
}

interface SystemWish {
  /** The way to the jump host, held by an ssh as well. */
  readonly jump: LoggedIn | undefined
  /** What its certificates say, for the case that they are not accepted. */
  readonly shown: readonly string[]
  readonly signal: AbortSignal
}

/** The system's ssh as a second way in: one process for each host holds the connection, and the channels are ours. */
export interface SystemSsh {
  isThere(): Promise<boolean>
  /** What it makes of ssh_config for a host; undefined where it cannot be asked. */
  says(question: SshConfigQuestion): Promise<SshSettings | undefined>
  /** One try. Rejects with a ConnectFailure. */
  login(route: Route, wish: SystemWish): Promise<LoggedIn>
  close(): void
}

export function createSystemSsh(options: SystemSshOptions): SystemSsh {
  return new SystemSshRun(options)
}

class SystemSshRun implements SystemSsh {
  readonly #options: SystemSshOptions
  #program: Promise<boolean> | undefined
  #folder: string | undefined
  #asking: { readonly askpass: Askpass; readonly prompts: SshPrompts } | undefined
  #last = 0

  constructor(options: SystemSshOptions) {
    this.#options = options
  }

  isThere(): Promise<boolean> {
    this.#program ??= isOnPath('ssh', this.#options.env.PATH)
    return this.#program
  }

  async says(question: SshConfigQuestion): Promise<SshSettings | undefined> {
    if (!(await this.isThere())) return undefined
    return sshSays(question, { env: this.#options.env, ...this.#configFile(this.#open()) })
  }

  async login(route: Route, { jump, shown, signal }: SystemWish): Promise<LoggedIn> {
    if (!(await this.isThere())) throw new ConnectFailure(noSystemSsh(route), 'never')
    const { env, hostKeys, note } = this.#options
    const folder = this.#open()
    const controlPath = join(folder, (++this.#last).toString(36))
    const asking = this.#asking
    const args = sshArguments({
      route,
      controlPath,
      canAsk: asking !== undefined,
      hashNames: await hostKeys.hashesNames(route.keyed),
      ...this.#configFile(folder),
      ...(jump?.controlPath !== undefined && { jumpPath: jump.controlPath }),
    })
    return systemLogin({
      route,
      arguments: args,
      controlPath,
      env,
      hostKeys,
      shown,
      note,
      ...(asking && { asking }),
      signal,
    })
  }

  close(): void {
    this.#asking?.askpass.close()
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = undefined
    this.#asking = undefined
  }

  /** Only we may enter: whoever reaches a socket in it is on the host. Its path is short, as those of sockets must be. */
  #open(): string {
    if (this.#folder !== undefined) return this.#folder
    this.#folder = makeRunFolder()
    const { ask, note } = this.#options
    if (ask) this.#asking = { askpass: openAskpass(this.#folder), prompts: createSshPrompts(ask, note) }
    return this.#folder
  }

  /** ssh finds its files by the account, and not by HOME: where these differ, it is told. */
  #configFile(folder: string): { configFile?: string } {
    const { home, systemFolder } = this.#options
    if (home === userInfo().homedir && systemFolder === '/etc/ssh') return {}
    const file = join(folder, 'config')
    writeFileSync(file, `Include "${home}/.ssh/config"\nInclude "${systemFolder}/ssh_config"\n`, { mode: 0o600 })
    return { configFile: file }
  }
}

async function isOnPath(name: string, path = '/usr/bin:/bin'): Promise<boolean> {
  const found = path.split(delimiter).map((folder) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    ),
  )
  return (await Promise.all(found)).includes(true)
}
