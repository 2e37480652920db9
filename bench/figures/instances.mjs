import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bigPackages } from '../packages.mjs'
import { hostLine } from '../project.mjs'
import { amountRow, ratioRow } from '../ratios.mjs'

export const instances = {
  title:
    '42 packages of 130 MB, locked: the first venv against `python3 -m venv` and `pip install`; 100 more against it',
  figure,
}

const more = 100

async function figure(lab, { report }) {
  const { index, lock } = await bigPackages()
  try {
    writeInstances(lab, index.url, lock)
    const table = { title: 'RTT 0, once', rows: await measured(lab, index.url, lock) }
    report(table)
    return [table]
  } finally {
    await index.stop()
  }
}

async function measured(lab, index, lock) {
  const create = (...words) => lab.venvoy(['venv', 'create', '--yes', ...words], { project: 'instances' })
  const venv = '"$HOME"/by-hand/instances'
  const pip = `${venv}/bin/pip install --quiet --disable-pip-version-check --no-input`
  // Both pips have the wheels in their caches then, which are the same.
  await lab.ssh(
    [
      'near',
      `python3 -m venv "$HOME"/by-hand/warm && ${pip.replace('instances', 'warm')} --index-url ${index} -r /dev/stdin`,
    ],
    { input: lock },
  )
  const byHand = await lab.ssh(['near', `python3 -m venv ${venv} && ${pip} --index-url ${index} -r /dev/stdin`], {
    input: lock,
  })
  const first = await create('i0')
  const all = await create('--all')
  const none = await create('--all')
  const each = (all.wall - none.wall) / more
  const [base, thin] = [sizeOf(lab, 'base-*'), sizeOf(lab, '*/p-i0')]
  return [
    ratioRow('the first', 'ms', [first.wall], [byHand.wall], 1),
    amountRow("each of 100 more, of the first one's time", '%', [(each / first.wall) * 100], 1),
    amountRow("each of 100 more, of the first one's disk", '%', [(thin / (base + thin)) * 100], 0.1),
    amountRow('each of 100 more', 'ms', [each]),
    amountRow('each of 100 more', 'KB', [thin]),
  ]
}

/** The project `instances`: 101 of them on one host, with one lockfile. */
export function writeInstances(lab, index, lock) {
  const folder = join(lab.folder, 'instances')
  mkdirSync(join(folder, 'app'), { recursive: true })
  writeFileSync(join(folder, 'app/requirements.txt'), lock)
  const names = Array.from({ length: more + 1 }, (_, i) => `  i${i}: { hosts: [near] }`)
  const lines = [
    'project: p',
    'source: { path: app }',
    'hosts:',
    hostLine(lab.places.near),
    'venv:',
    '  home: ~/instances',
  ]
  writeFileSync(join(folder, 'deploy.yml'), [...lines, `  index: ${index}`, 'instances:', ...names, ''].join('\n'))
}

/** Kilobytes on the disk. */
function sizeOf(lab, pattern) {
  const store = join(lab.home, 'instances/.venvoy')
  const text = execFileSync('sh', ['-c', `du -sk "$1"/${pattern}`, 'sh', store], { encoding: 'utf8' })
  return Number.parseInt(text, 10)
}
