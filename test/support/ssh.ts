import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { HostSpec } from '../../src/config/spec.js'
import { createSsh, type Ssh, type SshOptions } from '../../src/transport/ssh.js'
import type { Connection } from '../../src/transport/transport.js'

/** A control side with a home of its own in a temporary folder. */
export interface ControlSide {
  readonly home: string
  readonly stateFile: string
  /** What ssh noted, in order. */
  readonly notes: string[]
  /** How long it waited between tries, in milliseconds. */
  readonly waits: number[]
  /** Writes a file below the home. */
  write(path: string, text: string, mode?: number): string
  ssh(options?: Partial<SshOptions>): Ssh
  remove(): void
}

export function controlSide(): ControlSide {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-control-'))
  const home = join(folder, 'home')
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  const stateFile = join(folder, 'state', 'logins.json')
  const notes: string[] = []
  const waits: number[] = []
  return {
    home,
    stateFile,
    notes,
    waits,
    write(path, text, mode = 0o600) {
      const file = join(home, path)
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, text, { mode })
      return file
    },
    ssh: (options = {}) =>
      createSsh({
        home,
        user: userInfo().username,
        env: { PATH: process.env.PATH },
        hosts: [],
        overrides: {},
        hostKeys: 'ask',
        stateFile,
        onNote: (text, host) => notes.push(host === undefined ? text : `${host}: ${text}`),
        random: () => 0.5,
        sleep: async (ms) => waits.push(ms),
        systemFolder: join(folder, 'etc'),
        ...options,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A host as deploy.yml would say it. */
export function hostSpec(name: string, said: Partial<HostSpec> = {}): HostSpec {
  return { name, local: false, address: '127.0.0.1', env: {}, vars: {}, ...said }
}

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly code?: number
  readonly signal?: string
}

/** Runs one command line to its end. */
export async function runOn(connection: Connection, command: string, input = ''): Promise<Ran> {
  const out: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] }
  const channel = await connection.open(command, Buffer.from(input), (stream, chunk) => out[stream].push(chunk))
  channel.end()
  const end = await channel.closed
  const text = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString()
  return { stdout: text(out.stdout), stderr: text(out.stderr), ...end }
}
