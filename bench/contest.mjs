import { contestRow } from './ratios.mjs'

/** Peers take part in every so many rounds: some of them take as long as all others together. */
const peersEvery = 4

/**
 * The same work by several contenders: `{ name, run(how), role, goal }`, the first being the reference. Each once without
 * being counted, which warms caches and shows the memory of its whole process tree, and then all in turn, A B A B …: what
 * disturbs the machine disturbs all alike. A peer that fails is named with its last words and left out; whoever else
 * fails ends the bench. `warmsPeers`: whether they, too, get their run without being counted. `takeCounts`: what has
 * passed on the wire since it was called last.
 */
export async function compete(contenders, { runs, warmsPeers = true, takeCounts = () => undefined }) {
  const race = { leftOut: [], takeCounts }
  let entered = contenders.map((contender) => ({ ...contender, measured: new Map() }))
  for (const contender of entered) {
    if (warmsPeers || contender.role !== 'peer') {
      contender.together = (await watch(contender, race, { isSampled: true }))?.together
    }
  }
  for (let round = 0; round < runs; round++) {
    entered = entered.filter(({ name }) => !race.leftOut.some((peer) => peer.name === name))
    for (const contender of entered) {
      if (contender.role === 'peer' && round % peersEvery !== 0) continue
      contender.measured.set(round, await watch(contender, race))
    }
  }
  const stayed = entered.filter(({ measured }) => measured.size > 0 && [...measured.values()].every(Boolean))
  return { rows: stayed.map((each) => contestRow(each, stayed[0])), leftOut: race.leftOut }
}

/** One run; undefined where a peer has failed, which is then left out. */
async function watch({ name, role, run }, { takeCounts, leftOut }, how) {
  takeCounts()
  try {
    const measured = await run(how)
    return { ...measured, ...takeCounts() }
  } catch (error) {
    if (role !== 'peer') throw error
    leftOut.push({ name, why: lastWords(error.message) })
    return undefined
  }
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
