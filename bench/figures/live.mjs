import { fileURLToPath } from 'node:url'
import { measure } from '../measure.mjs'
import { amountRow } from '../ratios.mjs'

const program = fileURLToPath(new URL('../live.mjs', import.meta.url))

export const live = {
  title: 'the live view, 200 hosts at 10 updates a second each, against the same events drawn by nobody',
  figure,
}

async function figure({ env }, { runs, isQuick, report }) {
  const rounds = []
  for (let round = 0; round < Math.ceil(runs / 3); round++) {
    const { stdout } = await measure([process.execPath, program, '200', isQuick ? '2' : '5', '--json'], { env })
    rounds.push(JSON.parse(stdout))
  }
  const all = (name) => rounds.map((each) => each[name])
  const { cpuPercent, lagMs } = rounds[0].goal
  const rows = [
    amountRow('CPU', '% of a core', all('cpuPercent'), cpuPercent, all('cpuPercentOfTheEventsAlone')),
    amountRow('event-loop lag at worst', 'ms', all('lagMs'), lagMs, all('lagMsOfTheEventsAlone')),
    amountRow('memory', 'MB', all('memoryMB')),
  ]
  const table = { title: 'venvoy against the events alone', rows }
  report(table)
  return [table]
}
