import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import type { Connection, ServerChannel, Session } from 'ssh2'
import { createOutlet } from './channel-outlet.js'

/** What every command of a host runs in. */
export interface CommandSetting {
  readonly shell: string
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

/** The signals that SSH has a name for. */
const signalNames = new Set('ABRT ALRM FPE HUP ILL INT KILL PIPE QUIT SEGV TERM USR1 USR2'.split(' '))

/**
 * Runs one exec request as sshd does: in a session and process group of its own; the exit status is sent when the shell
 * exits, the channel is closed when both pipes have ended, and a client that goes away closes the pipes but kills nobody.
 * Returns the process, or undefined where none could be started.
 */
export function serveCommand(
  { connection, session, channel }: { connection: Connection; session: Session; channel: ServerChannel },
  command: string,
  setting: CommandSetting,
): ChildProcess | undefined {
  const child = startShell(command, setting, channel)
  if (child === undefined) return undefined
  const outlet = createOutlet(channel)
  const hangUp = () => {
    outlet.close()
    for (const pipe of child.stdio) pipe?.destroy()
    channel.resume()
  }
  session.once('close', hangUp)
  connection.once('close', hangUp)

  feed(channel, child)
  const exited = once(child, 'exit').then(([code, signal]) => sendExit(channel, code, signal))
  const copied = [outlet.copy(child.stdout, channel), outlet.copy(child.stderr, channel.stderr)]
  Promise.all([exited, ...copied]).then(() => {
    connection.off('close', hangUp)
    channel.end()
  })
  return child
}

function startShell(
  command: string,
  { shell, home, env }: CommandSetting,
  channel: ServerChannel,
): ChildProcessWithoutNullStreams | undefined {
  const refuse = (error: Error) => {
    channel.stderr.write(`${shell}: ${error.message}\n`)
    channel.exit(1)
    channel.end()
  }
  try {
    const child = spawn(shell, ['-c', command], { cwd: home, env, detached: true, stdio: 'pipe' })
    child.once('error', refuse)
    if (child.pid === undefined) return undefined
    letGo(child)
    return child
  } catch (error) {
    // A command line with a NUL is thrown, not emitted.
    refuse(error as Error)
    return undefined
  }
}

/** A forgotten host must not keep the program that embeds it from ending. */
function letGo(child: ChildProcess): void {
  child.unref()
  for (const pipe of child.stdio) if (pipe instanceof Socket) pipe.unref()
}

/** Passes the channel's input on, and goes on taking it when nobody reads it any more. */
function feed(channel: ServerChannel, child: ChildProcessWithoutNullStreams): void {
  channel.pipe(child.stdin)
  child.stdin.on('error', () => channel.resume())
  child.stdin.once('close', () => channel.resume())
}

function sendExit(channel: ServerChannel, code: number | null, signal: string | null): void {
  if (code !== null) channel.exit(code)
  const name = signal?.replace('SIG', '')
  if (name !== undefined && signalNames.has(name)) channel.exit(name)
}
