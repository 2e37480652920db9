import { homedir, hostname, userInfo } from 'node:os'
import type { Sink } from '../render/renderer.js'
import type { Brake } from '../transport/transport.js'
import { askAtTerminal } from './ask.js'
import { processTerminal } from './process-terminal.js'
import type { World } from './world.js'

/** The surroundings of this process. */
export function processWorld(signal: AbortSignal): World {
  const { stdin, stdout, stderr, env } = process
  const [stdoutBrake, stderrBrake] = [brakeOf(stdout), brakeOf(stderr)]
  return {
    argv: process.argv.slice(2),
    env,
    cwd: process.cwd(),
    home: env.HOME ?? homedir(),
    user: userName(),
    hostname: hostname(),
    stdout: sink(stdout),
    stderr: sink(stderr),
    brake: () => stdoutBrake() ?? stderrBrake(),
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    columns: () => stdout.columns ?? 0,
    rows: () => stdout.rows ?? 0,
    ...(stdin.isTTY && stderr.isTTY && { ask: askAtTerminal(stdin, stderr, signal) }),
    ...(stdin.isTTY && stdout.isTTY && { terminal: processTerminal(stdin, stdout, env.TERM || 'dumb') }),
    now: Date.now,
    signal,
  }
}

/** A user without an entry in the system's list has only a number. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'nobody')
  }
}

/** Resolves when a full stream has room again, or nobody reads it any more; nothing while there is room. */
function brakeOf(stream: NodeJS.WriteStream): Brake {
  let full: Promise<void> | undefined
  return () => {
    if (full !== undefined || !stream.writableNeedDrain) return full
    full = new Promise((resolve) => {
      const release = () => {
        full = undefined
        for (const event of ['drain', 'close', 'error']) stream.off(event, release)
        resolve()
      }
      for (const event of ['drain', 'close', 'error']) stream.on(event, release)
    })
    return full
  }
}

/** A reader that has gone (`venvoy … | head`) is no error of ours: what is left is not written. */
function sink(stream: NodeJS.WriteStream): Sink {
  let isOpen = true
  stream.on('error', () => {
    isOpen = false
  })
  return {
    write(chunk) {
      if (isOpen) stream.write(chunk)
    },
  }
}
