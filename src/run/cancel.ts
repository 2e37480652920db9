/** A signal's listeners, kept in a set: an AbortSignal goes through all it has for each one that is added. */
export function cancelListeners(signal: AbortSignal): (listener: () => void) => () => void {
  const listeners = new Set<() => void>()
  signal.addEventListener('abort', () => {
    for (const listener of listeners) listener()
  })
  return (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}
