import { expect, it } from 'vitest'

// Scripts of their own, so without types.
const { missedGoals, tableOf } = await import(new URL('../../bench/report.mjs', import.meta.url).href)
const { amountRow, contestRow } = await import(new URL('../../bench/ratios.mjs', import.meta.url).href)

const far = { roundTrips: 5, bytesToHost: 4130, bytesFromHost: 900 }
const took = (...walls: readonly number[]) => new Map(walls.map((wall, i) => [i, { wall, cpu: 12, ...far }]))
const ssh = { name: 'ssh', role: 'reference', together: 8192, measured: took(100, 200) }
const venvoy = { name: 'venvoy', role: 'venvoy', goal: 1, together: 71_680, measured: took(110, 240) }
const contest = {
  title: 'RTT 50 ms',
  rows: [contestRow(ssh, ssh), contestRow(venvoy, ssh)],
  leftOut: [{ name: 'peer 1.0', why: 'no such thing' }],
}
const amounts = { title: 'each', rows: [amountRow('control CPU', 'ms', [4, 6, 9], 5), amountRow('disk', 'KB', [96])] }

it('shows contenders side by side, with what passed and who is left out', () => {
  expect(tableOf(contest)).toBe(`
  RTT 50 ms
            wall clock, ms   ratio (min … max)     goal                   CPU, ms  memory, MB  round trips  KB to and from the host
    ssh     150 (100 … 200)  the reference                                12       8           5            4.13 and 0.90
    venvoy  175 (110 … 240)  1.15 × (1.10 … 1.20)  ≤ 1.00 ×  NOT reached  12       70          5            4.13 and 0.90
  left out: peer 1.0: no such thing
`)
})

it('shows figures one below the other', () => {
  expect(tableOf(amounts)).toBe(`
  each
                 venvoy        reference  ratio (min … max)  goal
    control CPU  6 ms (4 … 9)                                ≤ 5 ms  NOT reached
    disk         96 KB
`)
})

it('sums up what is not reached', () => {
  expect(missedGoals({ commands: { tables: [contest] }, true: { tables: [amounts] } })).toBe(
    `not reached:
  commands, RTT 50 ms: venvoy: 1.15 ×, and the goal is 1.00 ×
  true, each: control CPU: 6 ms, and the goal is 5 ms
`,
  )
  expect(missedGoals({ commands: { tables: [{ ...contest, rows: [contest.rows[0]] }] } })).toBe(
    'all goals are reached\n',
  )
})
