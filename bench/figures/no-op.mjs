import { latencyRows } from '../latency.mjs'
import { deployOnce, noOp } from '../works.mjs'

export const title = 'a deploy with nothing to do, against `ssh HOST true`'

export const works = { 'the deploy, RTT 0': (lab, node) => noOp.venvoy(lab, 'near', node) }

export async function figure(lab, { runs }) {
  for (const name of ['near', 'far']) await deployOnce(lab, name)
  return latencyRows(lab, runs, noOp, { near: 1.5, far: 1.1 })
}
