const plainHead = ['', 'venvoy', 'reference', 'ratio (min … max)', 'goal', '']
const contestHead = [
  ...['', 'wall clock, ms', 'ratio (min … max)', 'goal', '', 'CPU, ms', 'memory, MB'],
  ...['round trips', 'KB to and from the host'],
]

/** `{ title, rows, leftOut }` as text: contenders side by side, or figures one below the other. */
export function tableOf({ title, rows, leftOut = [] }) {
  const isContest = rows.some(({ wall }) => wall !== undefined)
  const lines = isContest ? [contestHead, ...rows.map(contestCells)] : [plainHead, ...rows.map(plainCells)]
  const missing = leftOut.map(({ name, why }) => `  left out: ${name}: ${why}\n`)
  return `\n  ${title}\n${aligned(lines)}${missing.join('')}`
}

/** What is not reached, of all figures by their names, each in a line; or that all goals are. */
export function missedGoals(results) {
  const lines = Object.entries(results).flatMap(([figure, { tables }]) =>
    tables.flatMap(({ title, rows }) =>
      rows
        .filter(({ isReached }) => isReached === false)
        .map((row) => {
          const found = row.isAmount ? amount(row.venvoy.median, row.unit) : `${row.ratio.median.toFixed(2)} ×`
          const goal = row.isAmount ? amount(row.goal, row.unit) : `${row.goal.toFixed(2)} ×`
          return `  ${figure}, ${title}: ${row.name ?? row.what}: ${found}, and the goal is ${goal}\n`
        }),
    ),
  )
  return lines.length > 0 ? `not reached:\n${lines.join('')}` : 'all goals are reached\n'
}

function aligned(lines) {
  const [head] = lines
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)))
  const text = lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  '))
  return text.map((line) => `    ${line.trimEnd()}\n`).join('')
}

function contestCells(row) {
  const { name, wall, ratio, goal, cpu, together, roundTrips, bytesToHost, bytesFromHost } = row
  return [
    name,
    withSpread(wall, ''),
    ratio === undefined ? 'the reference' : ratioText(ratio),
    goal === undefined ? '' : `≤ ${goal.toFixed(2)} ×`,
    verdictOf(row),
    number(cpu.median),
    together === undefined ? '' : number(together / 1024),
    roundTrips === undefined ? '' : number(roundTrips),
    roundTrips === undefined ? '' : `${number(bytesToHost / 1000)} and ${number(bytesFromHost / 1000)}`,
  ]
}

function plainCells(row) {
  const { what, unit, venvoy, reference, ratio, goal, isAmount } = row
  return [
    what,
    withSpread(venvoy, unit),
    reference === undefined ? '' : withSpread(reference, unit),
    ratio === undefined ? '' : ratioText(ratio),
    goal === undefined ? '' : isAmount ? `≤ ${amount(goal, unit)}` : `≤ ${goal.toFixed(2)} ×`,
    verdictOf(row),
  ]
}

const verdictOf = ({ isReached }) => (isReached === undefined ? '' : isReached ? 'reached' : 'NOT reached')

const ratioText = ({ median, min, max }) => `${median.toFixed(2)} × (${min.toFixed(2)} … ${max.toFixed(2)})`

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
