import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compete } from '../contest.mjs'
import { worksOn } from '../peers/peers.mjs'
import { amountRow } from '../ratios.mjs'

const loop = fileURLToPath(new URL('../ssh2-loop.mjs', import.meta.url))
const atOnce = 64

export const onTrue = {
  title: '`true` on 1 and on 100 hosts, cold',
  works: { '100 hosts': (lab, how) => venvoyOn(lab, lab.many.length)(how) },
  figure,
}

async function figure(lab, { runs, isQuick, peers, report }) {
  const one = { title: '1 host', ...(await compete(contendersOn(lab, 1, peers), { runs, warmsPeers: !isQuick })) }
  report(one)
  const all = lab.many.length
  const many = {
    title: `${all} hosts`,
    ...(await compete(contendersOn(lab, all, peers, 1.15), { runs, warmsPeers: !isQuick })),
  }
  report(many)
  const each = { title: `of the ${all} hosts, each`, rows: rowsOfEach(one, many, all) }
  report(each)
  return [one, many, each]
}

function contendersOn(lab, count, peers, goal) {
  const names = lab.many.slice(0, count).map(({ name }) => name)
  const xargs = `printf '%s\\n' ${names.join(' ')} | xargs -P ${atOnce} -I {} ssh -F ${lab.sshConfig} {} true`
  return [
    { name: 'a bare ssh2 loop', role: 'reference', run: loopOn(lab, count) },
    count === 1
      ? { name: 'ssh', role: 'bare', run: (how) => lab.ssh([...names, 'true'], how) }
      : { name: `xargs -P ${atOnce} ssh`, role: 'bare', run: (how) => lab.run(['sh', '-c', xargs], how) },
    { name: 'venvoy', role: 'venvoy', goal, run: venvoyOn(lab, count) },
    ...worksOn(peers, 'true', names),
  ]
}

function loopOn(lab, count) {
  const hosts = join(lab.folder, `hosts-${count}.json`)
  writeFileSync(hosts, JSON.stringify(lab.many.slice(0, count)))
  const line = [process.execPath, loop, hosts, lab.keyFile, lab.knownHosts, String(atOnce)]
  return (how) => lab.run(line, how)
}

/** The same -P as the loop's; no fast login, which the loop does not have either. */
function venvoyOn(lab, count) {
  const which = count === 1 ? ['-H', 'web1'] : []
  return (how) => {
    lab.forgetLogins()
    return lab.venvoy(['exec', '-P', String(atOnce), ...which, '--', 'true'], { ...how, project: 'many' })
  }
}

/** The CPU of the control side, start-up and all, and the memory beyond what one host takes. */
function rowsOfEach(one, many, count) {
  const [loopOne, venvoyOne, loopMany, venvoyMany] = [one, many].flatMap(({ rows }) => [
    rows.find(({ role }) => role === 'reference'),
    rows.find(({ role }) => role === 'venvoy'),
  ])
  const cpu = ({ cpu: { min, median, max } }) => [min, median, max].map((value) => value / count)
  const further = (all, first) => [(all.cpu.median - first.cpu.median) / (count - 1)]
  const memory = (all, first) => [(all.together - first.together) / (count - 1)]
  return [
    amountRow('control CPU', 'ms', cpu(venvoyMany), 5, cpu(loopMany)),
    amountRow(
      'control CPU beyond that of one host',
      'ms',
      further(venvoyMany, venvoyOne),
      undefined,
      further(loopMany, loopOne),
    ),
    amountRow('memory beyond that of one host', 'KB', memory(venvoyMany, venvoyOne), 100, memory(loopMany, loopOne)),
  ]
}
