import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const packages = 10
const modulesEach = 20
const sources = 20
const names = Array.from({ length: packages }, (_, i) => `part${i + 1}`)

/** 20 commands that do next to nothing but start a program of the venv; the last one tells which. */
const commands = [...Array.from({ length: 19 }, () => 'python -V'), 'command -v python']
const activate = '. "$HOME/.virtualenvs/class/bin/activate"'

export const benchProject = {
  wheels: names.map((name) => ({ name, version: '1.0', modules: modulesOf(name) })),
  commands,
  activate,
  /** The same commands by hand, after the activate script of the same venv. */
  script: [`${activate} || exit`, ...commands.map((command) => `${command} || exit`), ''].join('\n'),
}

function modulesOf(name) {
  const lines = Array.from({ length: 60 }, (_, i) => `def f${i}(a, b=${i}):\n    return [a, b, a * ${i}]\n`)
  return Object.fromEntries(Array.from({ length: modulesEach }, (_, i) => [`${name}/m${i}.py`, lines.join('\n\n')]))
}

/** A project with an instance for each place, called like it; one lockfile, so they share their packages. */
export function writeProject(folder, { places, index, lock }) {
  mkdirSync(join(folder, 'app'))
  for (let i = 0; i < sources; i++) writeFileSync(join(folder, 'app', `view${i}.py`), `number = ${i}\n`.repeat(50))
  writeFileSync(join(folder, 'app', 'requirements.txt'), lock)
  const lines = [
    'project: bench',
    'source: { path: app }',
    'hosts:',
    ...places.map(hostLine),
    'venv:',
    '  requirements: [requirements.txt]',
    `  index: ${index}`,
    'instances:',
    ...places.map(({ name }) => `  ${name}: { hosts: [${name}] }`),
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
export function writeHosts(folder, hosts) {
  writeFileSync(join(folder, 'deploy.yml'), ['project: bench', 'hosts:', ...hosts.map(hostLine), ''].join('\n'))
}

/** An entry of `hosts:`, with two spaces before it. */
export const hostLine = ({ name, address, port, user, jump }) =>
  `  ${name}: { address: ${address}, port: ${port}, user: ${user}${jump ? `, jump: ${jump}` : ''} }`
