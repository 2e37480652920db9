import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** The processes that a host has started, and what they have left running in their groups. */
export interface ProcessGroups {
  add(child: ChildProcess): void
  /** Sends a signal (`TERM`) to a child's group while the child runs. */
  signal(child: ChildProcess, name: string): void
  /** Ends all that is left: asks first, and kills what is still there after `graceMs`. */
  end(graceMs: number): Promise<void>
}

/** Keeps account of process groups by the id of their leader. */
export function createProcessGroups(): ProcessGroups {
  const groups = new Map<number, ChildProcess>()

  const left = () => {
    const living = livingGroups(groups.keys())
    return [...groups].filter(([id, leader]) => living.has(id) && isOurs(id, leader)).map(([id]) => id)
  }
  const signalUntilGone = async (signal: NodeJS.Signals, ms: number) => {
    for (const id of left()) send(-id, signal)
    for (let waited = 0; waited < ms && left().length > 0; waited += 20) await pause(20)
  }

  return {
    add(child) {
      const id = child.pid
      if (id === undefined) return
      groups.set(id, child)
      child.once('exit', () => {
        if (!send(-id, 0)) groups.delete(id)
      })
    },
    signal(child, name) {
      if (child.pid !== undefined && isRunning(child)) send(-child.pid, `SIG${name}` as NodeJS.Signals)
    },
    async end(graceMs) {
      await signalUntilGone('SIGTERM', graceMs)
      await signalUntilGone('SIGKILL', graceMs)
      groups.clear()
    },
  }
}

/**
 * A group keeps its id from being given to a new process. So if a process has the id of a leader that has exited, the
 * group has ended and the process is somebody else's.
 */
function isOurs(id: number, leader: ChildProcess): boolean {
  return isRunning(leader) || !send(id, 0)
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/**
 * Those of the groups in which somebody is alive. In a container whose first process does not collect orphans the dead
 * stay in their group, so where there is a /proc the states of the members decide.
 */
function livingGroups(ids: Iterable<number>): Set<number> {
  const there = [...ids].filter((id) => send(-id, 0))
  if (there.length === 0 || !existsSync('/proc/self/stat')) return new Set(there)
  const living = new Set(readdirSync('/proc').map(livingGroupOf))
  return new Set(there.filter((id) => living.has(id)))
}

function livingGroupOf(pid: string): number | undefined {
  // `4242`, not `self`
  if (!/^\d+$/.test(pid)) return undefined
  try {
    // `4242 (a name) S 1 4240 …`: state, parent, group
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return state === 'Z' || state === 'X' ? undefined : Number(group)
  } catch {
    // It ended in the meantime.
    return undefined
  }
}

/** Whether there was somebody to get the signal; 0 only asks. */
function send(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal)
  } catch {
    return false
  }
}
