/** A time limit that can be held while a person is asked. */
export interface Deadline {
  hold(isHeld: boolean): void
  /** A step is done: the next one has the whole time again. */
  restart(): void
  clear(): void
}

/** Calls `expired` when `ms` have passed, held time not counted. */
export function createDeadline(ms: number, expired: () => void): Deadline {
  let left = ms
  let since = performance.now()
  let timer: NodeJS.Timeout | undefined = setTimeout(expired, left)
  let holds = 0
  return {
    hold(isHeld) {
      holds += isHeld ? 1 : -1
      if (isHeld && holds === 1) {
        clearTimeout(timer)
        left -= performance.now() - since
      } else if (!isHeld && holds === 0 && timer !== undefined) {
        since = performance.now()
        timer = setTimeout(expired, Math.max(left, 0))
      }
    },
    restart() {
      if (timer === undefined) return
      left = ms
      if (holds > 0) return
      clearTimeout(timer)
      since = performance.now()
      timer = setTimeout(expired, left)
    },
    clear() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
