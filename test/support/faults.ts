import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programPath, startHost, type TestHost } from './hosts.js'
import { type Process, processes, until } from './processes.js'
import type { Call } from './project.js'
import { type CountingProxy, startProxy } from './proxy.js'

/** A real sshd behind a proxy, that holds a deploy before any of its steps, so that something can happen to it there. */
export interface FaultyHost {
  readonly host: TestHost
  readonly proxy: CountingProxy
  /** From now on the step of that number (from 1) waits; 0: none does. */
  holdAt(step: number): void
  /** How many steps have begun since. */
  steps(): number
  /** Waits until the step is held; false if the call has ended without it. */
  isHeld(call: Call): Promise<boolean>
  goOn(): void
  /** All that runs there for whoever logged in, but for the services of instances. */
  processes(): Process[]
  /** Waits until nothing does. */
  isLeft(): Promise<void>
  /** Fills the disk that `~/small` is on, or makes room again; nothing where no such disk can be made. */
  readonly fill?: (isFull: boolean) => void
  /** What the clock says from now on, beside the right time, in seconds. */
  setClock(ahead: number): void
  stop(): Promise<void>
}

/** What happens on a host, or to venvoy, while a step is held there. */
export function faultsOn(faulty: FaultyHost): Record<string, (call: Call) => void> {
  return {
    'the runner is killed': () => process.kill(runnerOf(faulty), 'SIGKILL'),
    // Some of it may have ended by itself since.
    'all that runs there is killed': () =>
      void spawnSync('kill', ['-KILL', ...faulty.processes().map(({ pid }) => String(pid))]),
    'venvoy is killed': (call) => call.kill('SIGKILL'),
    'venvoy is interrupted': (call) => call.kill('SIGINT'),
    'the line is cut': () => faulty.proxy.drop(),
    'sshd is killed': () => faulty.host.cut(),
    ...(faulty.fill && { 'the disk is full': () => faulty.fill?.(true) }),
  }
}

/** The runner itself: the others of its name are its children. */
function runnerOf(faulty: FaultyHost): number {
  const all = faulty.processes().filter(({ args }) => args.startsWith('sh -c IFS=$3'))
  return all.find(({ parent }) => !all.some(({ pid }) => pid === parent))!.pid
}

/** In place of `setsid`, by which the runner starts every step. */
const holding = `#!/bin/sh
n=$(($(cat "$HOME/.fault/count") + 1))
echo $n >"$HOME/.fault/count"
if [ $n = "$(cat "$HOME/.fault/at")" ]; then
  : >"$HOME/.fault/held"
  while [ ! -e "$HOME/.fault/go" ]; do sleep 0.02; done
fi
exec ${programPath('setsid')} "$@"
`

/** In place of `date`: no test sets the clock of its machine. */
const dating = `#!/bin/sh
date=${programPath('date')}
exec $date -d "@$(($($date +%s) + $(cat "$HOME/.fault/ahead")))" "$@"
`

export async function startFaultyHost(programs: Readonly<Record<string, string>> = {}): Promise<FaultyHost> {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-faults-'))
  const host = await startHost('sshd', { login: 'dash', programs: { ...programsIn(folder), ...programs } })
  const at = (name: string) => join(host.home, '.fault', name)
  mkdirSync(at(''))
  for (const name of ['count', 'at', 'ahead']) writeFileSync(at(name), '0')
  const proxy = await startProxy(host.port)
  const disk = makeDisk(host.home)
  const own = () =>
    processes().filter(({ env }) => `\0${env}`.includes(`\0HOME=${host.home}\0`) && !env.includes('\0VENVOY_RELEASE='))
  const goOn = () => writeFileSync(at('go'), '')
  return {
    ...{ host, proxy, goOn, processes: own, ...disk },
    holdAt(step) {
      for (const name of ['held', 'go']) rmSync(at(name), { force: true })
      writeFileSync(at('count'), '0')
      writeFileSync(at('at'), String(step))
    },
    steps: () => Number(readFileSync(at('count'), 'utf8')),
    async isHeld(call) {
      let hasEnded = false
      void call.end.then(() => {
        hasEnded = true
      })
      await until('the step is held', () => hasEnded || existsSync(at('held')), 60)
      return existsSync(at('held'))
    },
    isLeft: () => until('nothing runs any more', () => own().length === 0, 60),
    setClock: (ahead) => writeFileSync(at('ahead'), String(ahead)),
    async stop() {
      goOn()
      await proxy.stop()
      disk.unmount()
      await host.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function programsIn(folder: string): Record<string, string> {
  const programs = Object.entries({ setsid: holding, date: dating }).map(([name, text]) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    chmodSync(path, 0o755)
    return [name, path] as const
  })
  return Object.fromEntries(programs)
}

/** `~/small` and `~/.cache` on a disk of 96 MB, where this user may make one. */
function makeDisk(home: string): Pick<FaultyHost, 'fill'> & { unmount(): void } {
  const small = join(home, 'small')
  mkdirSync(join(small), { recursive: true })
  const isMade = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'venvoy', small]).status === 0
  mkdirSync(join(small, 'cache'))
  symlinkSync(join(small, 'cache'), join(home, '.cache'))
  const unmount = () => void (isMade && execFileSync('umount', ['-l', small]))
  const filling = join(small, 'filling')
  const fill = (isFull: boolean) => {
    if (isFull) spawnSync('sh', ['-c', 'cat /dev/zero >"$1"', 'sh', filling])
    else rmSync(filling, { force: true })
  }
  return { ...(isMade && { fill }), unmount }
}
