/** A time as people read it: `0.3 s`, `2 m 05 s`, `1 h 02 m`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`
  const minutes = Math.floor(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`
}

/** How far a transfer has come: `42 of 120 files`, `1.5 of 3.0 MB`. */
export function progressText(done: number, total: number, unit: 'bytes' | 'files'): string {
  if (unit === 'files') return `${done} of ${total} files`
  const scale = scaleOf(total)
  if (scale === undefined) return `${done} of ${total} bytes`
  return `${(done / scale.size).toFixed(1)} of ${(total / scale.size).toFixed(1)} ${scale.name}`
}

/** Bytes in a second: `2.1 MB/s`. */
export function rateText(rate: number): string {
  const { size, name } = scaleOf(rate) ?? kilobytes
  return `${(rate / size).toFixed(1)} ${name}/s`
}

/** `1 step`, `3 steps`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

const kilobytes = { size: 1e3, name: 'KB' }
const scales = [{ size: 1e9, name: 'GB' }, { size: 1e6, name: 'MB' }, kilobytes]

const scaleOf = (bytes: number) => scales.find(({ size }) => bytes >= size)

const twoDigits = (value: number): string => String(value).padStart(2, '0')
