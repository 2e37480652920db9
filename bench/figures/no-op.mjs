import { rttTitles, tablesOf } from '../latency.mjs'
import { deployOnce, noOp } from '../works.mjs'

export const noOpDeploy = {
  title: 'a deploy with nothing to do; of the peers, only what their pip does',
  works: { 'the deploy, RTT 0': (lab, how) => noOp.venvoy(lab, 'near', how) },
  figure,
}

async function figure(lab, options) {
  const places = { near: 1.5, rtt50: 1.1 }
  for (const place of Object.keys(places)) await deployOnce(lab, place)
  return tablesOf(lab, options, {
    work: noOp,
    peerWork: 'noOp',
    reference: 'ssh HOST true',
    places,
    titles: rttTitles,
  })
}
