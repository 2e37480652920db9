import { clean } from './clean.js'
import type { Paint } from './color.js'
import { cut, displayWidth, pad } from './width.js'

const gap = '  '

/** A line break within a cell. */
const lineBreaks = /\r?\n/g

interface TableOptions {
  readonly paint: Paint
  /** Cells of the terminal; 0: no terminal, nothing is cut. */
  readonly width: number
}

/** A table with aligned columns, one line a row, the names of the columns first. */
export function tableLines(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { paint, width }: TableOptions,
): string[] {
  const texts = [columns, ...rows].map((row) => row.map((cell) => clean(cell.replace(lineBreaks, ' '), false)))
  const widths = columns.map((_, at) => Math.max(...texts.map((row) => displayWidth(row[at] ?? ''))))
  const lines = texts.map((row) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join(gap)
      .trimEnd(),
  )
  return lines
    .map((line) => (width > 0 ? cut(line, width) : line))
    .map((line, at) => (at === 0 ? paint.bold(line) : line))
}
