import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { localTerminalLine } from '../remote/terminal.js'
import { readBraked } from './brake.js'
import type { Brake, Channel, ChannelEnd, LoginConnection, OnOutput } from './transport.js'

export interface LocalOptions {
  /** The env of what is run. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly brake?: Brake
}

/** Milliseconds in which output that was written before the exit arrives. */
const afterExit = 500

/** The host `local`: the same runner, without SSH. */
export function connectLocal(options: LocalOptions): LoginConnection {
  const channels = new Set<Channel>()
  return {
    login: 'local',
    async open(command, input, onOutput) {
      const channel = start(command, options, onOutput)
      channels.add(channel)
      void channel.closed.then(() => channels.delete(channel))
      await channel.write(input)
      return channel
    },
    // It is our own terminal: the shell works on it without us in between.
    openTerminal: (_terminal, script) => shellHere(options, script),
    close() {
      for (const channel of channels) channel.end()
    },
  }
}

function start(command: string, { env, cwd, brake }: LocalOptions, onOutput: OnOutput): Channel {
  // A session of its own: a Ctrl-C at our terminal is ours to pass on.
  const child = spawn('/bin/sh', ['-c', command], { env, detached: true, ...(cwd !== undefined && { cwd }) })
  readBraked(child.stdout, (chunk) => onOutput('stdout', chunk), brake)
  readBraked(child.stderr, (chunk) => onOutput('stderr', chunk), brake)
  // A command that ends without reading its stdin is no error of ours.
  child.stdin.on('error', () => {})
  const closed = new Promise<ChannelEnd>((resolve) => {
    child.on('error', () => resolve({}))
    child.on('close', (code, signal) => resolve(endOf(code, signal)))
    // What a command left behind may hold the streams open for ever.
    child.on('exit', (code, signal) => setTimeout(() => resolve(endOf(code, signal)), afterExit).unref())
  })
  return {
    closed,
    write: (chunk) => new Promise((resolve) => child.stdin.write(chunk, () => resolve())),
    end: () => child.stdin.end(),
  }
}

function shellHere({ env, cwd }: LocalOptions, script: string | undefined): Promise<ChannelEnd> {
  const [program, args] =
    script === undefined ? [env.SHELL || '/bin/sh', ['-l']] : ['/bin/sh', ['-c', localTerminalLine]]
  const child = spawn(program, args, {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  })
  const input = child.stdio[3] as Writable
  input.on('error', () => {})
  input.end(script ?? '')
  return new Promise((resolve) => {
    child.on('error', () => resolve({}))
    child.on('exit', (code, signal) => resolve(endOf(code, signal)))
  })
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ChannelEnd {
  if (code !== null) return { code }
  return signal === null ? {} : { signal: signal.replace(/^SIG/, '') }
}
