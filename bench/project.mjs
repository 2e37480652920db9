import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const packages = 10
const modulesEach = 20
const sources = 20
const names = Array.from({ length: packages }, (_, i) => `part${i + 1}`)
const requirements = names.map((name) => `${name}==1.0\n`).join('')

/** 20 commands that do next to nothing but start a program of the venv; the last one tells which. */
const commands = [...Array.from({ length: 19 }, () => 'python -V'), 'command -v python']

export const benchProject = {
  wheels: names.map((name) => ({ name, version: '1.0', modules: modulesOf(name) })),
  requirements,
  commands,
  /** The same commands by hand, after the activate script of the same venv. */
  script: ['. "$HOME/.virtualenvs/class/bin/activate" || exit', ...commands.map((command) => `${command} || exit`), ''],
}

function modulesOf(name) {
  const lines = Array.from({ length: 60 }, (_, i) => `def f${i}(a, b=${i}):\n    return [a, b, a * ${i}]\n`).join(
    '\n\n',
  )
  return Object.fromEntries(Array.from({ length: modulesEach }, (_, i) => [`${name}/m${i}.py`, lines]))
}

/** A project with an instance for each host, called like it. */
export function writeProject(folder, { user, ports, index }) {
  mkdirSync(join(folder, 'app'))
  for (let i = 0; i < sources; i++) writeFileSync(join(folder, 'app', `view${i}.py`), `number = ${i}\n`.repeat(50))
  writeFileSync(join(folder, 'app', 'requirements.txt'), requirements)
  const hosts = Object.entries(ports).map(([name, port]) => `  ${name}: ${user}@127.0.0.1:${port}`)
  const instances = Object.keys(ports).map((name) => `  ${name}: { hosts: [${name}] }`)
  const lines = [
    'project: bench',
    'source: { path: app }',
    'hosts:',
    ...hosts,
    'venv:',
    '  requirements: [requirements.txt]',
    `  index: ${index}`,
    'instances:',
    ...instances,
    'tasks:',
    '  twenty:',
    '    on: hosts',
    '    prefix: workon class',
    `    run: [${commands.join(', ')}]`,
    '',
  ]
  writeFileSync(join(folder, 'deploy.yml'), lines.join('\n'))
}

/** A file with nothing but hosts. */
export function hundredHosts(folder, hosts) {
  const lines = hosts.map(({ address, port, user }, i) => `  web${i + 1}: ${user}@${address}:${port}`)
  writeFileSync(join(folder, 'deploy.yml'), ['project: bench', 'hosts:', ...lines, ''].join('\n'))
}
