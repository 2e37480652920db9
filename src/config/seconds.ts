const unitSeconds = { s: 1, m: 60, h: 3600 }

/** `30s`, `5m`, `1h`, or a number of seconds, in seconds. */
export function secondsOf(written: string | number): number {
  if (typeof written === 'number') return written
  return Number(written.slice(0, -1)) * unitSeconds[written.slice(-1) as 's' | 'm' | 'h']
}
