import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bigPackages } from '../big-packages.mjs'
import { interleave } from '../measure.mjs'
import { ratioRow } from '../report.mjs'

export const venvByUv = {
  title: '42 packages of 130 MB, locked, with uv and a warm cache, against `uv venv` and `uv pip sync` by ssh',
  figure,
}

async function figure(lab, { runs }) {
  const { index, lock } = await bigPackages()
  try {
    await putUv(lab)
    const measured = await interleave(Math.ceil(runs / 2), worksOf(lab, index.url, lock))
    const row = (what, by, goal) => ratioRow(what, 'ms', measured.venvoy.map(wall), measured[by].map(wall), goal)
    return [
      row('the same work: copied and compiled', 'whole', 1.2),
      row('as uv does it by itself: linked to its cache, not compiled', 'plain'),
    ]
  } finally {
    await index.stop()
  }
}

const wall = (measured) => measured.wall

/** A host that has uv where people put it. */
function putUv(lab) {
  const install = 'python3 -m venv ~/tools && ~/tools/bin/pip install -q uv'
  return lab.ssh(['near', `${install} && mkdir -p ~/.local/bin && ln -s ~/tools/bin/uv ~/.local/bin/uv`])
}

function worksOf(lab, index, lock) {
  // Every run has a folder, or a fingerprint, of its own: nothing is removed while the clock runs.
  let number = 0
  const byHand = (...options) => {
    const venv = `"$HOME"/by-hand/uv${++number}`
    const sync = [
      'pip sync -q --require-hashes --python',
      `${venv}/bin/python --default-index ${index}`,
      ...options,
      '-',
    ]
    return lab.ssh(['near', `uv=~/.local/bin/uv; $uv venv -q ${venv} && $uv ${sync.join(' ')}`], { input: lock })
  }
  return {
    whole: () => byHand('--link-mode copy', '--compile-bytecode'),
    plain: () => byHand(),
    venvoy: () => {
      // A hash that no file has changes nothing but the fingerprint.
      writeUvProject(lab, index, lock.replace('\n', ` --hash=sha256:${String(++number).padStart(64, '0')}\n`))
      return lab.venvoy(['venv', 'create', '--yes'], { project: 'uv' })
    },
  }
}

function writeUvProject(lab, index, lock) {
  const folder = join(lab.folder, 'uv')
  mkdirSync(join(folder, 'app'), { recursive: true })
  writeFileSync(join(folder, 'app/requirements.txt'), lock)
  const venv = `venv: { home: ~/by-uv, with: uv, index: "${index}" }`
  const lines = ['project: p', 'source: { path: app }', 'hosts:', `  near: ${lab.near}`, venv]
  writeFileSync(join(folder, 'deploy.yml'), [...lines, 'instances: { a: { hosts: [near] } }', ''].join('\n'))
}
