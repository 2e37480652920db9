import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { amountRow } from '../report.mjs'
import { deployOnce, makeClass, noOp, single, twenty } from '../works.mjs'

const goals = { fast: 5, first: 8 }

export const counts = {
  title: 'round trips from TCP to the end, bytes on the line, processes on the host',
  figure,
}

async function figure(lab) {
  await makeClass(lab)
  for (const name of ['counted', ...(lab.trace === undefined ? [] : ['traced'])]) await deployOnce(lab, name)
  const rows = []
  for (const work of [single, twenty, noOp]) rows.push(...(await rowsOf(lab, work)))
  return rows
}

async function rowsOf(lab, work) {
  const reference = await count(lab, () => work.reference(lab, 'counted'))
  lab.forgetLogins()
  const first = await count(lab, () => work.venvoy(lab, 'counted'))
  const fast = await count(lab, () => work.venvoy(lab, 'counted'))
  const row = (what, unit, own, of, goal) => amountRow(`${work.title}, ${what}`, unit, [of(own)], goal, [of(reference)])
  return [
    row('round trips, fast login', '', fast, ({ roundTrips }) => roundTrips, goals.fast),
    row('round trips, first login', '', first, ({ roundTrips }) => roundTrips, goals.first),
    row('to the host', 'KB', fast, ({ bytesToHost }) => bytesToHost / 1000),
    row('from the host', 'KB', fast, ({ bytesFromHost }) => bytesFromHost / 1000),
    ...(lab.trace === undefined ? [] : [await processesRow(lab, work)]),
  ]
}

async function count(lab, run) {
  lab.takeCounts()
  await run()
  return lab.takeCounts()
}

async function processesRow(lab, work) {
  // The second time: what is asked for once only is behind it.
  await work.venvoy(lab, 'traced')
  const own = await countProcesses(lab, () => work.venvoy(lab, 'traced'))
  const reference = await countProcesses(lab, () => work.reference(lab, 'traced'))
  return amountRow(`${work.title}, processes begun on the host`, '', [own], undefined, [reference])
}

/** sshd's own are among them, for both alike. */
async function countProcesses(lab, run) {
  const before = begun(lab.trace)
  await run()
  // The session's processes end a moment after we were told.
  await sleep(500)
  return begun(lab.trace) - before
}

/** `4711 clone(child_stack=NULL, …) = 4712`, or its second half: `4711 <... clone resumed>, …) = 4712` */
const begun = (trace) => readFileSync(trace, 'utf8').match(/(fork|clone3?)\b.* = [1-9]\d*$/gm)?.length ?? 0
