import { contestRow } from './ratios.mjs'

/** Peers take part in every so many rounds: some of them take as long as all others together. */
const peersEvery = 4

/**
 * The same work by several contenders: `{ name, run(how), role, goal }`, the first being the reference. Each once without
 * being counted, which warms caches and shows the memory of its whole process tree, and then all in turn, A B A B …: what
 * disturbs the machine disturbs all alike. A peer that fails is named with its last words and left out; whoever else
 * fails ends the bench. `takeCounts`: what has passed on the wire since it was called last.
 */
export async function compete(contenders, { runs, takeCounts = () => undefined }) {
  const watched = (contender, how) => watch(contender, takeCounts, how)
  const entered = []
  const leftOut = []
  for (const contender of contenders) {
    try {
      const { together } = await watched(contender, { isSampled: true })
      entered.push({ ...contender, together, measured: new Map() })
    } catch (error) {
      if (contender.role !== 'peer') throw error
      leftOut.push({ name: contender.name, why: lastWords(error.message) })
    }
  }
  for (let round = 0; round < runs; round++) {
    for (const contender of entered) {
      if (contender.role === 'peer' && round % peersEvery !== 0) continue
      contender.measured.set(round, await watched(contender))
    }
  }
  const [reference] = entered
  return { rows: entered.map((each) => contestRow(each, reference)), leftOut }
}

async function watch({ run }, takeCounts, how) {
  takeCounts()
  const measured = await run(how)
  return { ...measured, ...takeCounts() }
}

/** The last line that speaks of an error, or else the last one. */
function lastWords(text) {
  const lines = text.trim().split('\n')
  return (lines.findLast((line) => /error|refused|timed out/i.test(line)) ?? lines.at(-1)).trim()
}

/** Contenders once uncounted and then in turn; the measurements of each, in the order of the rounds. */
export async function interleave(runs, contenders) {
  const names = Object.keys(contenders)
  for (const name of names) await contenders[name]()
  const measured = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < runs; round++) {
    for (const name of names) measured[name].push(await contenders[name]())
  }
  return measured
}
