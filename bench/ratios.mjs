/** `{ min, median, max }` */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
  return { min: sorted[0], median, max: sorted.at(-1) }
}

/**
 * A contender's line: its wall clock, the ratio to the reference round by round, where both took part, CPU, memory, and
 * what passed on the wire. `goal`: the most that the median of the ratios may be.
 */
export function contestRow({ name, role, goal, measured, together }, reference) {
  const all = (of) => spread([...measured.values()].map(of))
  const shared = [...measured].filter(([round]) => reference.measured.has(round))
  const ratio = spread(shared.map(([round, { wall }]) => wall / reference.measured.get(round).wall))
  const [{ roundTrips }] = measured.values()
  const wire = ['roundTrips', 'bytesToHost', 'bytesFromHost']
  return {
    ...{ name, role, together, goal },
    rounds: measured.size,
    wall: all(({ wall }) => wall),
    cpu: all(({ cpu }) => cpu),
    ...(role === 'reference' ? {} : { ratio }),
    ...(goal === undefined ? {} : { isReached: ratio.median <= goal }),
    ...(roundTrips === undefined ? {} : Object.fromEntries(wire.map((key) => [key, all((each) => each[key]).median]))),
  }
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
