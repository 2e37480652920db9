import { compete } from './contest.mjs'
import { worksOn } from './peers/peers.mjs'

/** What ssh takes from 10.0 on costs it less than what 9.x takes by default; venvoy uses this one. */
const lightKeyExchange = ['-o', 'KexAlgorithms=curve25519-sha256']

/** The contenders of one work at one place: the reference, venvoy, and the peers that have such a work. */
export const contendersOf = (lab, { work, place, reference, goal, peers, peerWork, others = [] }) => [
  { name: reference, role: 'reference', run: (how) => work.reference(lab, place, how) },
  {
    name: 'the same with curve25519',
    role: 'bare',
    run: (how) => work.reference(lab, place, how, lightKeyExchange),
  },
  ...others,
  {
    name: 'venvoy, first login',
    role: 'venvoy',
    run: (how) => {
      lab.forgetLogins()
      return work.venvoy(lab, place, how)
    },
  },
  // The run before was the first login.
  { name: 'venvoy, fast login', role: 'venvoy', goal, run: (how) => work.venvoy(lab, place, how) },
  ...worksOn(peers, peerWork, place),
]

/** A table for each place: `{ near: goal, rtt50: goal }`. */
export async function tablesOf(lab, { runs, isQuick, peers, report }, { places, titles, ...what }) {
  const tables = []
  for (const [i, [place, goal]] of Object.entries(places).entries()) {
    // What is installed or compiled at the first use has been so at the first place.
    const warmsPeers = i === 0 && (!isQuick || what.peerWork === 'noOp')
    const contenders = contendersOf(lab, { ...what, place, goal, peers })
    const table = await compete(contenders, { runs, warmsPeers, takeCounts: () => lab.takeCounts(place) })
    tables.push({ title: titles[place], ...table })
    report(tables.at(-1))
  }
  return tables
}

export const rttTitles = { near: 'RTT 0', rtt10: 'RTT 10 ms', rtt50: 'RTT 50 ms', rtt150: 'RTT 150 ms' }
