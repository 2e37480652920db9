/** What becomes of typed bytes: those that go on to the host, and whether the person wants to leave. */
export interface Keys {
  readonly on: Uint8Array
  readonly leaves: boolean
}

const enter = [0x0a, 0x0d]
const tilde = 0x7e
const dot = 0x2e

/**
 * Watches for `~.` behind Enter, as ssh does: the only way out where the host answers no more. A tilde there is held back
 * until the next key; a second one stands for one.
 */
export function escapeKeys(): (typed: Uint8Array) => Keys {
  let state: 'line start' | 'tilde' | 'in line' = 'line start'
  return (typed) => {
    const on: number[] = []
    for (const byte of typed) {
      if (state === 'line start' && byte === tilde) {
        state = 'tilde'
        continue
      }
      if (state === 'tilde' && byte === dot) return { on: Uint8Array.from(on), leaves: true }
      if (state === 'tilde') on.push(...(byte === tilde ? [] : [tilde]))
      on.push(byte)
      state = enter.includes(byte) ? 'line start' : 'in line'
    }
    return { on: Uint8Array.from(on), leaves: false }
  }
}
