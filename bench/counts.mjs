/** By how much a count may be higher than what is recorded: a share of it, and an amount. What is not named may not. */
const tolerances = {
  // Names of users and folders, and the algorithms that an sshd offers.
  bytes: { share: 0.04, amount: 300 },
  // How a login shell hands over, and what Debian's and Alpine's tools begin.
  processes: { share: 0.05, amount: 1 },
  // How a bundler cuts what several commands share.
  modules: { share: 0.05, amount: 0 },
  'kilobytes of modules': { share: 0.03, amount: 1 },
}
const exactly = { share: 0, amount: 0 }

/**
 * What is recorded beside what was counted, both by kind and name: `same` within the tolerance, `more`, `fewer`; `new` is
 * not recorded, and what was not counted is left out by kinds (there is no strace) and `gone` by names.
 */
export function compareCounts(recorded, now) {
  return Object.entries(now).flatMap(([kind, counts]) => {
    const before = recorded[kind] ?? {}
    const gone = Object.keys(before).filter((name) => !Object.hasOwn(counts, name))
    return [
      ...Object.entries(counts).map(([name, count]) => ({
        ...{ kind, name, recorded: before[name], now: count },
        verdict: before[name] === undefined ? 'new' : verdictOf(count - before[name], allowed(kind, before[name])),
      })),
      ...gone.map((name) => ({ kind, name, recorded: before[name], verdict: 'gone' })),
    ]
  })
}

function allowed(kind, recorded) {
  const { share, amount } = tolerances[kind] ?? exactly
  return recorded * share + amount
}

function verdictOf(difference, tolerance) {
  if (Math.abs(difference) <= tolerance) return 'same'
  return difference > 0 ? 'more' : 'fewer'
}

/** A line for each count, and what to do about those that have changed. */
export function describeCounts(findings) {
  const width = Math.max(...findings.map(({ kind, name }) => `${kind}: ${name}`.length))
  const lines = findings.map(({ kind, name, recorded, now, verdict }) => {
    const change = verdict === 'same' ? '' : ` (recorded: ${recorded ?? 'nothing'}): ${verdict}`
    return `${`${kind}: ${name}`.padEnd(width)}  ${now ?? 'not counted'}${change}\n`
  })
  const isChanged = findings.some(({ verdict }) => verdict !== 'same')
  const next = 'if that is meant: npm run bench -- --check --update, and say why in the commit\n'
  return lines.join('') + (isChanged ? next : 'as recorded\n')
}
