import { latencyRows } from '../latency.mjs'
import { deployOnce, noOp } from '../works.mjs'

export const noOpDeploy = {
  title: 'a deploy with nothing to do, against `ssh HOST true`',
  works: { 'the deploy, RTT 0': (lab, node) => noOp.venvoy(lab, 'near', node) },
  figure,
}

async function figure(lab, { runs }) {
  for (const name of ['near', 'far']) await deployOnce(lab, name)
  return latencyRows(lab, runs, noOp, { near: 1.5, far: 1.1 })
}
