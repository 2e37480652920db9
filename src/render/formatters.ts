import type { RunEvent } from '../events.js'

export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

/** One formatter for each kind of event: a new kind without one does not compile. */
export type Formatters<Result> = { readonly [T in RunEvent['type']]: (event: EventOf<T>) => Result }

/** Hands the event to the formatter of its kind. */
export function format<Result>(formatters: Formatters<Result>, event: RunEvent): Result {
  const formatter = formatters[event.type] as (event: RunEvent) => Result
  return formatter.call(formatters, event)
}
