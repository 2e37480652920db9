import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of this machine as /proc shows it. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly args: string
  readonly env: string
}

/** All processes that we may look at. */
export function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${name}/${file}`, 'latin1')
        // 4711 (sshd) S 1 … → 1
        const parent = Number(/\) \S (\d+) /.exec(read('stat'))?.[1])
        return [{ pid: Number(name), parent, args: read('cmdline').replaceAll('\0', ' '), env: read('environ') }]
      } catch {
        // It has ended meanwhile.
        return []
      }
    })
}

/** The descendants of a process, the nearest first. */
export function descendantsOf(root: number): Process[] {
  const all = processes()
  const below = (pid: number): Process[] => {
    const children = all.filter(({ parent }) => parent === pid)
    return [...children, ...children.flatMap((child) => below(child.pid))]
  }
  return below(root)
}

/** Whether a process still runs; one that has ended and waits to be noticed does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Waits until something is so; after ten seconds it is an error. */
export async function until(what: string, isSo: () => boolean, seconds = 10): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    if (waited > seconds * 1000) throw new Error(`in vain: waited ${seconds} s until ${what}`)
    await sleep(20)
  }
}
