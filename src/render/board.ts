import { clean } from './clean.js'
import type { Paint } from './color.js'
import { durationText } from './quantity.js'
import type { Row } from './rows.js'
import { mark, wentWrong } from './summary.js'
import { cut, displayWidth, pad } from './width.js'

interface BoardSize {
  readonly columns: number
  readonly rows: number
}

interface BoardOptions {
  readonly size: BoardSize
  readonly paint: Paint
  /** The colours of what commands print are kept. */
  readonly color: boolean
  readonly now: number
}

const spinner = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']
const spinnerPace = 100

/** Lines of output beneath one row. */
const mostBeneath = 4

/** The rows as lines that fit the terminal: all where there is room, else the failed first, then the running, then a count. */
export function boardLines(rows: readonly Row[], options: BoardOptions): string[] {
  // the line below the rows is the cursor's; the last column stays free, because terminals differ in when they wrap
  const size = { columns: options.size.columns - 1, rows: options.size.rows - 1 }
  const shown = rows.length <= size.rows ? rows : mostTelling(rows, size.rows - 1)
  const names = Math.min(Math.floor(size.columns / 3), Math.max(0, ...rows.map(({ name }) => displayWidth(name))))
  const beneath = linesBeneath(shown, size.rows - shown.length)
  const lines = shown.flatMap((row) => [rowLine(row, names, options), ...tailLines(row, beneath, options.color)])
  const count = shown.length < rows.length ? [countLine(rows, shown, options.paint)] : []
  return [...lines, ...count].map((line) => cut(line, size.columns))
}

/** The failed first, though they leave a third of the room to the running. */
function mostTelling(rows: readonly Row[], room: number): Row[] {
  const failed = rows.filter((row) => row.outcome !== undefined && wentWrong({ outcome: row.outcome }))
  const running = rows.filter(({ state }) => state === 'running')
  const forRunning = Math.min(running.length, Math.ceil(room / 3))
  const first = failed.slice(0, Math.max(0, room - forRunning))
  return [...first, ...running.slice(0, Math.max(0, room - first.length))]
}

function rowLine(row: Row, names: number, { paint, now, size }: BoardOptions): string {
  const name = pad(cut(row.name, names), names)
  const time = row.state === 'waiting' ? '' : `  ${durationText(row.state === 'ended' ? row.since : now - row.since)}`
  const progress = row.progress === '' ? '' : `  ${row.progress}`
  const room = size.columns - 1 - names - 4 - displayWidth(progress + time)
  const text = cut(textOf(row), Math.max(0, room))
  return `${markOf(row, paint, now)} ${paint.host(row.target.host, name)}  ${text}${paint.dim(progress + time)}`
}

function textOf({ state, text, outcome }: Row): string {
  if (state === 'waiting') return 'waiting'
  return state === 'ended' && text === '' ? (outcome ?? '') : text
}

function markOf({ state, outcome }: Row, paint: Paint, now: number): string {
  if (outcome !== undefined) return mark(outcome, paint)
  return state === 'waiting' ? paint.dim('·') : paint.cyan(spinner[Math.floor(now / spinnerPace) % spinner.length]!)
}

/** How many lines of output each running row may have beneath it: one where there is room, more while that leaves half free. */
function linesBeneath(rows: readonly Row[], spare: number): number {
  const running = rows.filter(({ step }) => step !== undefined).length
  if (running === 0 || spare < running) return 0
  return Math.min(mostBeneath, Math.max(1, Math.floor(spare / 2 / running)))
}

/** The last lines that a step printed; of one whose lines are kept above, only the line that is not finished. */
function tailLines({ step }: Row, room: number, color: boolean): string[] {
  if (step === undefined || room === 0) return []
  const partial = step.partial()
  const lines = [...(step.shown ? [] : step.tail), ...(partial === '' ? [] : [partial])]
  return lines.slice(-room).map((line) => `    ${clean(line.slice(0, 1000).replaceAll('\t', '  '), color)}`)
}

function countLine(rows: readonly Row[], shown: readonly Row[], paint: Paint): string {
  const seen = new Set(shown)
  const rest = rows.filter((row) => !seen.has(row))
  const failed = rest.filter((row) => row.outcome !== undefined && wentWrong({ outcome: row.outcome })).length
  const counts = [
    [failed, 'failed'],
    [rest.filter(({ state }) => state === 'running').length, 'running'],
    [rest.filter(({ state }) => state === 'waiting').length, 'waiting'],
    [rest.filter(({ state }) => state === 'ended').length - failed, 'done'],
  ] as const
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return paint.dim(`… ${rest.length} more: ${parts.join(', ')}`)
}
