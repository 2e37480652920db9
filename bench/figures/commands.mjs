import { rttTitles, tablesOf } from '../latency.mjs'
import { makeClass, twenty } from '../works.mjs'

export const commands = {
  title: '20 commands under a prefix',
  works: { 'the task, RTT 0': (lab, how) => twenty.venvoy(lab, 'near', how) },
  figure,
}

async function figure(lab, options) {
  await makeClass(lab)
  return tablesOf(lab, options, {
    work: twenty,
    peerWork: 'twenty',
    reference: 'one script by ssh HOST sh -s',
    places: options.isQuick ? { near: 1.4, rtt50: 1 } : { near: 1.4, rtt10: 1, rtt50: 1, rtt150: 1 },
    titles: rttTitles,
  })
}
