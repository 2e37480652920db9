import { hostname, userInfo } from 'node:os'
import type { Sink } from '../render/renderer.js'
import { askAtTerminal } from './ask.js'
import type { World } from './world.js'

/** The surroundings of this process. */
export function processWorld(signal: AbortSignal): World {
  const { stdin, stdout, stderr, env } = process
  const { username, homedir } = userInfo()
  return {
    argv: process.argv.slice(2),
    env,
    cwd: process.cwd(),
    home: env.HOME ?? homedir,
    user: username,
    hostname: hostname(),
    stdout: sink(stdout),
    stderr: sink(stderr),
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    columns: () => stdout.columns ?? 0,
    rows: () => stdout.rows ?? 0,
    ...(stdin.isTTY && stderr.isTTY && { ask: askAtTerminal(stdin, stderr, signal) }),
    now: Date.now,
    signal,
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
