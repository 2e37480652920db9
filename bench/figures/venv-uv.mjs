import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compete } from '../contest.mjs'
import { bigPackages } from '../packages.mjs'
import { fromPyPI } from '../peers/install.mjs'
import { hostLine } from '../project.mjs'

export const venvByUv = {
  title: 'a fresh venv with 42 packages of 130 MB, locked, with uv and a warm cache',
  figure,
}

async function figure(lab, { runs, report }) {
  const { index, lock } = await bigPackages()
  try {
    await putUv(lab)
    const table = {
      title: 'RTT 0',
      ...(await compete(contendersOf(lab, index.url, lock), { runs: Math.ceil(runs / 2) })),
    }
    report(table)
    return [table]
  } finally {
    await index.stop()
  }
}

/** A host that has uv where people put it. */
async function putUv(lab) {
  const { bin } = await fromPyPI('uv', ['uv'])
  return lab.ssh(['near', `mkdir -p ~/.local/bin && ln -s ${bin}/uv ~/.local/bin/uv`])
}

function contendersOf(lab, index, lock) {
  // Every run has a folder, or a fingerprint, of its own: nothing is removed while the clock runs.
  let number = 0
  const byHand = (how, ...options) => {
    const venv = `"$HOME"/by-hand/uv${++number}`
    const sync = [
      'pip sync -q --require-hashes --python',
      `${venv}/bin/python --default-index ${index}`,
      ...options,
      '-',
    ]
    return lab.ssh(['near', `uv=~/.local/bin/uv; $uv venv -q ${venv} && $uv ${sync.join(' ')}`], {
      ...how,
      input: lock,
    })
  }
  return [
    {
      name: 'uv venv, uv pip sync, copied and compiled',
      role: 'reference',
      run: (how) => byHand(how, '--link-mode copy', '--compile-bytecode'),
    },
    { name: 'the same as uv does it by itself: linked, not compiled', role: 'bare', run: (how) => byHand(how) },
    {
      name: 'venvoy venv create',
      role: 'venvoy',
      goal: 1.2,
      run: (how) => {
        // A hash that no file has changes nothing but the fingerprint.
        writeUvProject(lab, index, lock.replace('\n', ` --hash=sha256:${String(++number).padStart(64, '0')}\n`))
        return lab.venvoy(['venv', 'create', '--yes'], { ...how, project: 'uv' })
      },
    },
  ]
}

function writeUvProject(lab, index, lock) {
  const folder = join(lab.folder, 'uv')
  mkdirSync(join(folder, 'app'), { recursive: true })
  writeFileSync(join(folder, 'app/requirements.txt'), lock)
  const venv = `venv: { home: ~/by-uv, with: uv, index: "${index}" }`
  const lines = ['project: p', 'source: { path: app }', 'hosts:', hostLine(lab.places.near), venv]
  writeFileSync(join(folder, 'deploy.yml'), [...lines, 'instances: { a: { hosts: [near] } }', ''].join('\n'))
}
