import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { compete } from '../contest.mjs'
import { tablesOf } from '../latency.mjs'
import { worksOn } from '../peers/peers.mjs'
import { writeHosts } from '../project.mjs'
import { makeClass, twenty } from '../works.mjs'

const hosts = 20

export const behindJump = {
  title: 'through a jump host that is 50 ms away, the hosts beside it',
  works: { 'the task': (lab, how) => twenty.venvoy(lab, 'behind', how) },
  figure,
}

async function figure(lab, options) {
  await makeClass(lab)
  const one = await tablesOf(lab, options, {
    work: twenty,
    peerWork: 'twenty',
    reference: 'one script by ssh HOST sh -s',
    places: { behind: undefined },
    titles: { behind: '20 commands under a prefix on one host' },
  })
  return [...one, await manyBehind(lab, options)]
}

/** `true` on many hosts behind the same jump host. */
async function manyBehind(lab, { runs, peers, report }) {
  const { rtt50 } = lab.places
  const behind = lab.many.slice(0, hosts).map((host) => ({ ...host, name: `far-${host.name}`, jump: 'rtt50' }))
  const folder = join(lab.folder, 'behind')
  mkdirSync(folder)
  writeHosts(folder, [rtt50, ...behind])
  lab.addHosts(behind)
  const names = behind.map(({ name }) => name)
  const xargs = `printf '%s\\n' ${names.join(' ')} | xargs -P 64 -I {} ssh -F ${lab.sshConfig} {} true`
  const contenders = [
    { name: 'xargs -P 64 ssh', role: 'reference', run: (how) => lab.run(['sh', '-c', xargs], how) },
    {
      name: 'venvoy, first login',
      role: 'venvoy',
      run: (how) => {
        lab.forgetLogins()
        return lab.venvoy(['exec', '-H', 'far-*', '--', 'true'], { ...how, project: 'behind' })
      },
    },
    ...worksOn(peers, 'true', names),
  ]
  const table = await compete(contenders, {
    runs: Math.ceil(runs / 2),
    warmsPeers: false,
    takeCounts: () => lab.takeCounts('rtt50'),
  })
  const titled = { title: `\`true\` on ${hosts} hosts`, ...table }
  report(titled)
  return titled
}
