/** `{ min, median, max }` */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
  return { min: sorted[0], median, max: sorted.at(-1) }
}

/** Venvoy against its reference, round by round; the goal is the most that the median of the ratios may be. */
export function ratioRow(what, unit, venvoy, reference, goal) {
  const ratio = spread(venvoy.map((value, round) => value / reference[round]))
  const isReached = goal === undefined ? undefined : ratio.median <= goal
  return { what, unit, venvoy: spread(venvoy), reference: spread(reference), ratio, goal, isReached }
}

/** A figure that is judged by itself; a reference beside it is for comparison. */
export function amountRow(what, unit, venvoy, goal, reference) {
  const own = spread(venvoy)
  const isReached = goal === undefined ? undefined : own.median <= goal
  return { what, unit, venvoy: own, reference: reference && spread(reference), goal, isReached, isAmount: true }
}

export function tableOf(title, rows) {
  const head = ['', 'venvoy', 'reference', 'ratio (min … max)', 'goal', '']
  const lines = [head, ...rows.map(cellsOf)]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)))
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
  return `\n${title}\n${text.map((line) => `  ${line}\n`).join('')}`
}

function cellsOf({ what, unit, venvoy, reference, ratio, goal, isReached, isAmount }) {
  const verdict = isReached === undefined ? '' : isReached ? 'reached' : 'NOT reached'
  const limit = goal === undefined ? '' : isAmount ? `≤ ${amount(goal, unit)}` : `≤ ${goal.toFixed(2)} ×`
  return [
    what,
    withSpread(venvoy, unit),
    reference === undefined ? '' : withSpread(reference, unit),
    ratio === undefined ? '' : `${ratio.median.toFixed(2)} × (${ratio.min.toFixed(2)} … ${ratio.max.toFixed(2)})`,
    limit,
    verdict,
  ]
}

function withSpread({ min, median, max }, unit) {
  if (min === max) return amount(median, unit)
  return `${amount(median, unit)} (${number(min)} … ${number(max)})`
}

const amount = (value, unit) => `${number(value)}${unit === '' ? '' : ` ${unit}`}`

/** Three digits are more than a run on a busy machine can tell. */
function number(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value))
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
