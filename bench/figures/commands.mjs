import { latencyRows } from '../latency.mjs'
import { makeClass, twenty } from '../works.mjs'

export const commands = {
  title: '20 commands under a prefix, against one script by `ssh HOST sh -s`',
  works: { 'the task, RTT 0': (lab, node) => twenty.venvoy(lab, 'near', node) },
  figure,
}

async function figure(lab, { runs }) {
  await makeClass(lab)
  return latencyRows(lab, runs, twenty, { near: 1.4, far: 1 })
}
