import { clean, cleanTitle } from './clean.js'
import type { Paint } from './color.js'
import type { EventOf } from './formatters.js'
import { durationText } from './quantity.js'
import { tableLines } from './table.js'
import { targetName } from './target.js'

/** A note as one line: `web1: warning: requirements are not locked`. */
export function noteLine({ host, level, text }: EventOf<'run:note'>, paint: Paint): string {
  const said = clean(text.replaceAll('\n', ' '), false)
  const place = host === undefined ? '' : `${paint.host(host, host)}: `
  return level === 'warning' ? `${place}${paint.yellow('warning')}: ${said}` : place + said
}

/** A table with what it is about above it, where it is about one host or instance. */
export function tableText(
  { host, instance, columns, rows, sparse = [] }: EventOf<'run:table'>,
  paint: Paint,
  width: number,
): string[] {
  const heading =
    host === undefined ? [] : [`${targetName({ host, ...(instance === undefined ? {} : { instance }) })}:`]
  const shown = columns.map((column, at) => !sparse.includes(column) || rows.some((row) => row[at] !== ''))
  const seen = (cells: readonly string[]) => cells.filter((_, at) => shown[at])
  return [...heading, ...tableLines(seen(columns), rows.map(seen), { paint, width })]
}

/** A step that was not run: `collect static files: skipped (when: instance == "production")`. */
export function skipText({ title, when }: EventOf<'step:skip'>): string {
  return `${cleanTitle(title)}: skipped (when: ${clean(when.replace(/\s+/g, ' '), false)})`
}

/** How a step ended: `build venv blog-staging: changed, 3.2 s`, `pip install: exited with 1, 0.4 s`. */
export function stepEndText({ title, outcome, code, signal, ms }: EventOf<'step:end'>): string {
  return `${cleanTitle(title)}: ${howEnded(outcome, code, signal)}, ${durationText(ms)}`
}

function howEnded(outcome: string, code: number | undefined, signal: string | undefined): string {
  if (outcome !== 'failed') return outcome
  if (signal !== undefined) return `killed by SIG${signal}`
  return code === undefined ? 'failed' : `exited with ${code}`
}
