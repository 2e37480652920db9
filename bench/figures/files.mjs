import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compete } from '../contest.mjs'
import { rsyncOf } from '../peers/debian.mjs'
import { worksOn } from '../peers/peers.mjs'
import { hostLine } from '../project.mjs'
import { treeFiles, writeTree } from '../tree.mjs'

export const files = {
  title: `${treeFiles} files, 20 MB`,
  works: {
    'the upload': (lab, how) => uploadTo(lab, 'profiled', how),
    'the upload with nothing to do': (lab, how) => uploadTo(lab, 'same', how),
  },
  figure,
}

async function figure(lab, { runs, isQuick, peers, report }) {
  const folder = join(lab.folder, 'files')
  const tree = join(folder, 'tree')
  mkdirSync(folder)
  writeTree(tree)
  const rsync = await rsyncOf(lab)
  const whole = { ...fullOf(lab, tree, rsync, peers), title: 'all of them, to a new folder' }
  const same = { ...unchangedOf(lab, tree, rsync), title: 'nothing has changed' }
  const one = { ...changedOf(lab, tree, rsync), title: 'one has changed' }
  const tables = []
  for (const { title, contenders: all } of [whole, same, one]) {
    const contenders = all.map((each) => ({ ...each, run: settled(each.run) }))
    const table = { title, ...(await compete(contenders, { runs: Math.ceil(runs / 2), warmsPeers: !isQuick })) }
    tables.push(table)
    report(table)
  }
  return tables
}

/** venvoy waits until its files are on the disk: what others have left to be written is not its to wait for. */
const settled =
  (run) =>
  async (...how) => {
    execFileSync('sync')
    return run(...how)
  }

function fullOf(lab, tree, rsync, peers) {
  // Every run has a folder of its own: nothing is removed while the clock runs.
  let number = 0
  const next = () => `${lab.home}/files${++number}`
  const contenders = [
    { name: 'tar | ssh tar', role: 'reference', run: (how) => lab.run(['sh', '-c', tarTo(lab, tree, next())], how) },
    ...rsync((line) => ({ name: 'rsync -a', role: 'bare', run: (how) => line([`${tree}/`, `near:${next()}`], how) })),
    { name: 'venvoy, an upload', role: 'venvoy', goal: 1.2, run: (how) => uploadTo(lab, `files${++number}`, how) },
    { name: 'venvoy, a deploy', role: 'venvoy', run: (how) => deploy(lab, `site${++number}`, how) },
    ...worksOn(peers, 'files', 'near').map((peer) => ({
      ...peer,
      run: (how) => peer.run({ from: tree, to: next() }, how),
    })),
  ]
  return { contenders }
}

function unchangedOf(lab, tree, rsync) {
  return {
    contenders: [
      ...rsync((line) => ({
        name: 'rsync -a',
        role: 'reference',
        run: (how) => line([`${tree}/`, `near:${lab.home}/same`], how),
      })),
      {
        name: 'tar | ssh tar',
        role: 'bare',
        run: (how) => lab.run(['sh', '-c', tarTo(lab, tree, `${lab.home}/tar`)], how),
      },
      { name: 'venvoy, an upload', role: 'venvoy', goal: 1, run: (how) => uploadTo(lab, 'same', how) },
      { name: 'venvoy, a deploy', role: 'venvoy', goal: 1, run: (how) => deploy(lab, 'same', how) },
    ],
  }
}

/** The file grows by a line before each run, while no clock runs. */
function changedOf(lab, tree, rsync) {
  const grown = (run) => (how) => {
    appendFileSync(join(tree, 'part0/file0.txt'), 'more\n')
    return run(how)
  }
  return {
    contenders: [
      ...rsync((line) => ({
        name: 'rsync -a',
        role: 'reference',
        run: grown((how) => line([`${tree}/`, `near:${lab.home}/same`], how)),
      })),
      { name: 'venvoy, an upload', role: 'venvoy', run: grown((how) => uploadTo(lab, 'same', how)) },
      { name: 'venvoy, a deploy', role: 'venvoy', run: grown((how) => deploy(lab, 'same', how)) },
    ],
  }
}

const tarTo = (lab, tree, to) =>
  `tar -C ${tree} -cf - . | ssh -F ${lab.sshConfig} near 'mkdir -p ${to} && tar -C ${to} -xf -'`

async function uploadTo(lab, to, how) {
  writeProject(lab, to)
  const measured = await lab.venvoy(['run', 'put'], { ...how, project: 'files' })
  // It says nothing when all is well.
  if (!existsSync(join(lab.home, to, 'part0/file0.txt'))) throw new Error('the upload did not do its work')
  return measured
}

function deploy(lab, to, how) {
  writeProject(lab, to)
  return lab.venvoy(['deploy', '--yes'], { ...how, project: 'files' })
}

function writeProject(lab, to) {
  const lines = [
    'project: files',
    'source: { path: tree }',
    'hosts:',
    hostLine(lab.places.near),
    `instances: { site: { hosts: [near], deploy: { to: ~/deployed-${to} } } }`,
    `tasks: { put: { on: hosts, run: [upload: { from: tree, to: ~/${to} }] } }`,
    '',
  ]
  writeFileSync(join(lab.folder, 'files/deploy.yml'), lines.join('\n'))
}
