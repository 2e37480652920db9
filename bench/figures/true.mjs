import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interleave, measure } from '../measure.mjs'
import { amountRow, ratioRow } from '../report.mjs'

const loop = fileURLToPath(new URL('../ssh2-loop.mjs', import.meta.url))
const atOnce = 64

export const onTrue = {
  title: '`true` on 1 and on 100 hosts, cold, against a bare ssh2 loop',
  works: {
    '100 hosts': (lab, node) => venvoyOn(lab, lab.many.length, node)(),
  },
  figure,
}

async function figure(lab, { runs }) {
  const measured = await interleave(runs, {
    loopOne: loopOn(lab, 1),
    one: venvoyOn(lab, 1),
    loopMany: loopOn(lab, lab.many.length),
    many: venvoyOn(lab, lab.many.length),
  })
  return [...rowsOfOne(measured), ...rowsOfMany(measured, lab.many.length)]
}

function loopOn(lab, count) {
  const hosts = join(lab.folder, `hosts-${count}.json`)
  writeFileSync(hosts, JSON.stringify(lab.many.slice(0, count)))
  const line = [process.execPath, loop, hosts, lab.keyFile, lab.knownHosts, String(atOnce)]
  return () => measure(line, { env: lab.env })
}

/** The same -P as the loop's; no fast login, which the loop does not have either. */
function venvoyOn(lab, count, node) {
  const which = count === 1 ? ['-H', 'web1'] : []
  return () => {
    lab.forgetLogins()
    return lab.venvoy(['exec', '-P', String(atOnce), ...which, '--', 'true'], { project: 'many', node })
  }
}

const rowsOfOne = ({ one, loopOne }) => [
  ratioRow('1 host, wall', 'ms', one.map(wall), loopOne.map(wall)),
  ratioRow('1 host, control CPU', 'ms', one.map(cpu), loopOne.map(cpu)),
  ratioRow('1 host, peak memory', 'MB', one.map(megabytes), loopOne.map(megabytes)),
]

function rowsOfMany({ one, many, loopOne, loopMany }, count) {
  const further = (all, first, of) => all.map((each, round) => (of(each) - of(first[round])) / (count - 1))
  const perHost = (all) => all.map((each) => cpu(each) / count)
  return [
    ratioRow('100 hosts, wall', 'ms', many.map(wall), loopMany.map(wall), 1.15),
    amountRow('100 hosts, control CPU a host', 'ms', perHost(many), 5, perHost(loopMany)),
    amountRow(
      '100 hosts, CPU of each beyond the first',
      'ms',
      further(many, one, cpu),
      undefined,
      further(loopMany, loopOne, cpu),
    ),
    ratioRow('100 hosts, peak memory', 'MB', many.map(megabytes), loopMany.map(megabytes)),
    amountRow(
      '100 hosts, memory of each beyond the first',
      'KB',
      further(many, one, ({ memory }) => memory),
      100,
      further(loopMany, loopOne, ({ memory }) => memory),
    ),
  ]
}

const wall = (measured) => measured.wall
const cpu = (measured) => measured.cpu
const megabytes = ({ memory }) => memory / 1024
