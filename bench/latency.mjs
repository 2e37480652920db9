import { interleave } from './measure.mjs'
import { ratioRow } from './report.mjs'

const rtts = { near: 'RTT 0', far: 'RTT 50 ms' }
/** What ssh takes from 10.0 on costs it less than what 9.x takes by default; venvoy uses this one. */
const lightKeyExchange = ['-o', 'KexAlgorithms=curve25519-sha256']

/** One work near and far, as a host's first login and with fast login known, against the same reference. */
export async function latencyRows(lab, runs, work, goals) {
  const rows = []
  for (const [host, rtt] of Object.entries(rtts)) {
    const measured = await interleave(runs, {
      reference: () => work.reference(lab, host),
      light: () => work.reference(lab, host, lightKeyExchange),
      first: () => {
        lab.forgetLogins()
        return work.venvoy(lab, host)
      },
      // The run before was the first login.
      fast: () => work.venvoy(lab, host),
    })
    rows.push(...rowsOf(rtt, measured, goals[host]))
  }
  return rows
}

function rowsOf(rtt, { reference, light, first, fast }, goal) {
  const wall = (measured) => measured.map((each) => each.wall)
  const cpu = (measured) => measured.map((each) => each.cpu)
  return [
    ratioRow(`${rtt}, fast login, wall`, 'ms', wall(fast), wall(reference), goal),
    ratioRow(`${rtt}, first login, wall`, 'ms', wall(first), wall(reference), goal),
    ratioRow(`${rtt}, fast login, wall, ssh with curve25519`, 'ms', wall(fast), wall(light)),
    ratioRow(`${rtt}, fast login, control CPU`, 'ms', cpu(fast), cpu(reference)),
  ]
}
