import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { descendantsOf, until } from './processes.js'

const systemd = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'].find(existsSync)

/** A user's systemd, started by a test. */
export interface UserSystemd {
  /** XDG_RUNTIME_DIR: where systemctl finds it. */
  readonly runtime: string
  stop(): Promise<void>
}

/**
 * Whether this machine lets a test start one: it wants a system that was booted by systemd, and where that is not so, root can
 * make it believe that, in a mount namespace of its own that nobody else sees.
 */
export const hasSystemd =
  systemd !== undefined &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system']).status === 0

/** The real `systemd --user` for a home, with units and sockets in temporary folders. */
export async function startSystemd(folder: string, home: string): Promise<UserSystemd> {
  const runtime = join(folder, 'runtime')
  mkdirSync(runtime, { mode: 0o700 })
  const script = `mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system && exec "$0" --user`
  const child = spawn('unshare', ['-m', 'sh', '-c', script, systemd!], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: runtime },
  })
  await until('systemd listens', () => existsSync(join(runtime, 'systemd/private')) || child.exitCode !== null)
  return { runtime, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  const family = descendantsOf(child.pid!)
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
  for (const { pid } of family) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}
