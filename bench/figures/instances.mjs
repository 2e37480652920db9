import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { amountRow, ratioRow } from '../report.mjs'

export const instances = {
  title:
    '42 packages of 130 MB, locked: the first venv against `python3 -m venv` and `pip install`; 100 more against it',
  figure,
}

const packages = 42
const more = 100

async function figure(lab) {
  const { buildWheel, startPackageIndex } = await import(
    fileURLToPath(new URL('../../dist/testing/index.js', import.meta.url))
  )
  const wheels = Array.from({ length: packages }, (_, i) => wheelOf(`big${i}`))
  const index = await startPackageIndex(wheels)
  try {
    const lock = wheels.map((wheel) => `${wheel.name}==1.0 --hash=sha256:${sha256(buildWheel(wheel))}\n`).join('')
    writeInstances(lab, index.url, lock)
    return await measured(lab, index.url, lock)
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

/** 60 modules and 130 other files. */
function wheelOf(name) {
  const code = Array.from(
    { length: 200 },
    (_, i) => `def f${i}(a, b=${i}):\n    return [a, b, a * ${i}, "${'x'.repeat(30)}"]\n`,
  )
  const modules = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${name}/m${i}.py`, code.join('\n')]))
  const data = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`${name}/data/${i}.txt`, 'x'.repeat(16_000)]))
  return { name, version: '1.0', modules: { ...modules, ...data } }
}

function writeInstances(lab, index, lock) {
  const folder = join(lab.folder, 'instances')
  mkdirSync(join(folder, 'app'), { recursive: true })
  writeFileSync(join(folder, 'app/requirements.txt'), lock)
  const names = Array.from({ length: more + 1 }, (_, i) => `  i${i}: { hosts: [near] }`)
  const lines = ['project: p', 'source: { path: app }', 'hosts:', `  near: ${lab.near}`, 'venv:', '  home: ~/instances']
  writeFileSync(join(folder, 'deploy.yml'), [...lines, `  index: ${index}`, 'instances:', ...names, ''].join('\n'))
}

const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** Kilobytes on the disk. */
function sizeOf(lab, pattern) {
  const store = join(lab.home, 'instances/.venvoy')
  const text = execFileSync('sh', ['-c', `du -sk "$1"/${pattern}`, 'sh', store], { encoding: 'utf8' })
  return Number.parseInt(text, 10)
}
