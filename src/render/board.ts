import { clean } from './clean.js'
import type { Paint } from './color.js'
import { durationText } from './quantity.js'
import { countsText, type Row } from './rows.js'
import { mark, wentWrong } from './summary.js'
import { cut, displayWidth, pad } from './width.js'

interface BoardSize {
  readonly columns: number
  readonly rows: number
}

interface BoardOptions {
  /** What commands print is not above the rows yet: their last lines stand beneath them. */
  readonly holds: boolean
  /** What is to be said below all rows. */
  readonly note: string | undefined
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
  const below = options.note === undefined ? [] : [options.paint.dim(options.note)]
  const size = { columns: options.size.columns - 1, rows: options.size.rows - 1 - below.length }
  const shown = rows.length <= size.rows ? rows : mostTelling(rows, size.rows - 1)
  const names = Math.min(Math.floor(size.columns / 3), Math.max(0, ...rows.map(({ name }) => displayWidth(name))))
  const beneath = linesBeneath(shown, size.rows - shown.length)
  const lines = shown.flatMap((row) => [rowLine(row, names, beneath, options), ...tailLines(row, beneath, options)])
  const states = rows.map(({ state, outcome }) => outcome ?? state)
  const count = shown.length < rows.length ? [options.paint.dim(`${countsText(states)} of ${rows.length}`)] : []
  return [...lines, ...count, ...below].map((line) => cut(line, size.columns))
}

/** The failed first, though they leave a third of the room to the running. */
function mostTelling(rows: readonly Row[], room: number): Row[] {
  const failed = rows.filter((row) => row.outcome !== undefined && wentWrong({ outcome: row.outcome }))
  const running = rows.filter(({ state }) => state === 'running')
  const forRunning = Math.min(running.length, Math.ceil(room / 3))
  const first = failed.slice(0, Math.max(0, room - forRunning))
  return [...first, ...running.slice(0, Math.max(0, room - first.length))]
}

function rowLine(row: Row, names: number, beneath: number, options: BoardOptions): string {
  const { paint, now, size } = options
  const name = pad(cut(row.name, names), names)
  const time = row.state === 'waiting' ? '' : `  ${durationText(row.state === 'ended' ? row.since : now - row.since)}`
  const progress = row.progress === '' ? '' : `  ${row.progress}`
  const room = size.columns - 1 - names - 4 - displayWidth(progress + time)
  const said = beneath === 0 ? lastLine(row, options) : undefined
  const text = said === undefined ? cutTitle(textOf(row), room) : cut(said, Math.max(0, room))
  return `${markOf(row, paint, now)} ${paint.host(row.target.host, name)}  ${text}${paint.dim(progress + time)}`
}

function textOf({ state, text, outcome }: Row): string {
  if (state === 'waiting') return 'waiting'
  return state === 'ended' && text === '' ? (outcome ?? '') : text
}

/** What went wrong stands at the end, behind the title of a step: `python manage.py mig…: exited with 1`. */
function cutTitle(text: string, room: number): string {
  const reason = text.slice(text.lastIndexOf(': '))
  const rest = room - displayWidth(reason)
  if (displayWidth(text) <= room || !text.includes(': ') || rest < room / 2) return cut(text, Math.max(0, room))
  return cut(text.slice(0, -reason.length), rest) + reason
}

/** Where there is no room beneath the rows and output is held back, a row says the last of it instead of its step. */
function lastLine(row: Row, options: BoardOptions): string | undefined {
  return options.holds && row.step?.shown ? tailLines(row, 1, options)[0]?.trim() : undefined
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
function tailLines({ step }: Row, room: number, { color, holds }: BoardOptions): string[] {
  if (step === undefined || room === 0) return []
  const partial = step.partial()
  const lines = [...(step.shown && !holds ? [] : step.tail), ...(partial === '' ? [] : [partial])]
  return lines.slice(-room).map((line) => `    ${clean(line.slice(0, 1000).replaceAll('\t', '  '), color)}`)
}
