import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compete } from '../contest.mjs'
import { rsyncOf } from '../peers/debian.mjs'
import { worksOn } from '../peers/peers.mjs'
import { hostLine } from '../project.mjs'
import { treeFiles, writeTree } from '../tree.mjs'

const megabytes = 64

export const fetch = {
  title: 'fetching from the host',
  works: {
    'the files': (lab, how) => download(lab, 'tree', 'profiled', how),
    'the big one': (lab, how) => download(lab, 'big', 'profiled-big', how),
  },
  figure,
}

async function figure(lab, { runs, isQuick, peers, report }) {
  const folder = join(lab.folder, 'fetch')
  mkdirSync(folder)
  writeTree(join(lab.home, 'tree'))
  writeFileSync(join(lab.home, 'big'), Buffer.alloc(megabytes * 1024 * 1024, 'not all zeros, '))
  const rsync = await rsyncOf(lab)
  const tables = []
  for (const { title, contenders } of [treeOf(lab, rsync), bigOf(lab, rsync, peers)]) {
    const table = {
      title,
      ...(await compete(contenders(nextIn(folder)), { runs: Math.ceil(runs / 2), warmsPeers: !isQuick })),
    }
    tables.push(table)
    report(table)
  }
  return tables
}

/** Every run has a place of its own: nothing is removed while the clock runs. */
function nextIn(folder) {
  let number = 0
  return () => join(folder, `got${Date.now()}-${++number}`)
}

const treeOf = (lab, rsync) => ({
  title: `${treeFiles} files, 20 MB`,
  contenders: (next) => [
    { name: 'ssh tar | tar', role: 'reference', run: (how) => lab.run(['sh', '-c', tarTo(lab, next())], how) },
    ...rsync((line) => ({
      name: 'rsync -a',
      role: 'bare',
      run: (how) => line([`near:${lab.home}/tree/`, next()], how),
    })),
    { name: 'venvoy, a download', role: 'venvoy', goal: 1.2, run: (how) => download(lab, 'tree', next(), how) },
  ],
})

const bigOf = (lab, rsync, peers) => ({
  title: `one file of ${megabytes} MB`,
  contenders: (next) => [
    {
      name: 'ssh HOST cat',
      role: 'reference',
      run: (how) => lab.run(['sh', '-c', `ssh -F ${lab.sshConfig} near cat ${lab.home}/big >${next()}`], how),
    },
    ...rsync((line) => ({ name: 'rsync -a', role: 'bare', run: (how) => line([`near:${lab.home}/big`, next()], how) })),
    {
      name: 'venvoy exec -- cat',
      role: 'venvoy',
      run: (how) => lab.venvoy(['exec', '-H', 'near', '--', 'cat', `${lab.home}/big`], how),
    },
    { name: 'venvoy, a download', role: 'venvoy', run: (how) => download(lab, 'big', next(), how) },
    ...worksOn(peers, 'fetch', 'near').map((peer) => ({
      ...peer,
      run: (how) => peer.run({ from: `${lab.home}/big`, to: next() }, how),
    })),
  ],
})

const tarTo = (lab, to) =>
  `mkdir ${to} && ssh -F ${lab.sshConfig} near tar -C ${lab.home}/tree -cf - . | tar -C ${to} -xf -`

function download(lab, from, to, how) {
  const step = `download: { from: ${lab.home}/${from}, to: ${to} }`
  const lines = [
    'project: fetch',
    'hosts:',
    hostLine(lab.places.near),
    `tasks: { get: { on: hosts, run: [${step}] } }`,
    '',
  ]
  writeFileSync(join(lab.folder, 'fetch/deploy.yml'), lines.join('\n'))
  return lab.venvoy(['run', 'get'], { ...how, project: 'fetch' })
}
