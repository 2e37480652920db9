import { interleave } from '../contest.mjs'
import { bigPackages } from '../packages.mjs'
import { amountRow, ratioRow } from '../ratios.mjs'
import { writeInstances } from './instances.mjs'

export const verify = {
  title: '`venvoy verify` of 42 packages (8,000 files of 130 MB, and what they compile to), against reading them',
  figure,
}

async function figure(lab, { runs, report }) {
  const { index, lock } = await bigPackages()
  try {
    writeInstances(lab, index.url, lock)
    const table = { title: 'RTT 0', rows: await measured(lab, runs) }
    report(table)
    return [table]
  } finally {
    await index.stop()
  }
}

async function measured(lab, runs) {
  const project = { project: 'instances' }
  await lab.venvoy(['venv', 'create', 'i0', '--yes'], project)
  const store = '"$HOME"/instances/.venvoy'
  const { verified, read } = await interleave(Math.ceil(runs / 2), {
    verified: () => lab.venvoy(['verify', 'i0', '--json'], project),
    read: () => lab.ssh(['near', `find ${store} -type f -exec cat {} + >/dev/null`]),
  })
  const reading = read.map(({ wall }) => wall)
  return [
    amountRow(
      'on the host',
      'ms',
      verified.map(({ stdout }) => stepTime(stdout)),
      500,
      reading,
    ),
    ratioRow(
      'the whole command',
      'ms',
      verified.map(({ wall }) => wall),
      reading,
    ),
  ]
}

/** What the host's work took, by the events. */
function stepTime(stdout) {
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return events.find(({ type }) => type === 'step:end').ms
}
