import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { classCommands } from '../works.mjs'
import { fromPyPI } from './install.mjs'

const forks = 64

/** ansible-core with pipelining, persistent connections, as many forks as venvoy has connections, and no facts gathered. */
export async function ansible(lab, folder) {
  const installed = await fromPyPI('ansible', ['ansible-core'])
  return { version: installed.version, works: worksOf(lab, folder, installed, []) }
}

/** The same playbooks by mitogen's strategy. */
export async function mitogen(lab, folder) {
  const installed = await fromPyPI('mitogen', ['mitogen', 'ansible-core'])
  const find = 'import ansible_mitogen; print(ansible_mitogen.__path__[0])'
  const place = execFileSync(join(installed.bin, 'python'), ['-c', find], { encoding: 'utf8' }).trim()
  const lines = [`strategy_plugins = ${place}/plugins/strategy`, 'strategy = mitogen_linear']
  return { version: installed.version, works: worksOf(lab, folder, installed, lines) }
}

function worksOf(lab, folder, { bin }, strategy) {
  const config = join(folder, 'ansible.cfg')
  // The path of a socket may not be longer than about 100 bytes.
  const sockets = join(lab.folder, 'cm')
  mkdirSync(sockets, { recursive: true })
  writeFileSync(config, configOf(lab, folder, bin, sockets, strategy))
  const env = { ANSIBLE_CONFIG: config, MITOGEN_POOL_SIZE: String(forks), ANSIBLE_LOCALHOST_WARNING: 'false' }
  const play = (name, tasks) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]))
    return (places, how, ...words) => {
      const line = [join(bin, 'ansible-playbook'), '-i', `${places.join(',')},`, file, ...words]
      return lab.run(line, { ...how, env })
    }
  }
  const single = play('true', [strategy.length > 0 ? { command: 'true' } : { raw: 'true' }])
  const twenty = play(
    'twenty',
    classCommands.map((command) => ({ shell: command })),
  )
  const pip = play('pip', [pipTask(lab)])
  return {
    true: (places, how) => single(places, how),
    twenty: (place, how) => twenty([place], how),
    noOp: (place, how) => pip([place], how, '-e', `folder=${lab.home}/${folderName(folder)}`),
    fresh: (place, number, how) => pip([place], how, '-e', `folder=${lab.home}/${folderName(folder)}${number}`),
    files: filesOf(lab, folder, play),
  }
}

const folderName = (folder) => folder.split('/').at(-1)

function pipTask(lab) {
  const extra = `--index-url ${lab.index} --disable-pip-version-check`
  const words = { virtualenv: '{{ folder }}', virtualenv_command: 'python3 -m venv', extra_args: extra }
  return { pip: { requirements: lab.lockOnHost, ...words } }
}

/** Thousands of files: `copy` takes a round trip for each, so they go as an archive. */
function filesOf(_lab, folder, play) {
  const archive = join(folder, 'files.tar')
  const task = play('files', [
    { command: `tar -cf ${archive} -C {{ from }} .`, delegate_to: 'localhost', vars: { ansible_connection: 'local' } },
    { file: { path: '{{ to }}', state: 'directory' } },
    { unarchive: { src: archive, dest: '{{ to }}' } },
  ])
  return (place, { from, to }, how) => task([place], how, '-e', `from=${from} to=${to}`)
}

const configOf = (lab, folder, bin, sockets, strategy) =>
  [
    '[defaults]',
    `forks = ${forks}`,
    'gathering = explicit',
    `interpreter_python = ${join(bin, 'python')}`,
    `local_tmp = ${folder}`,
    'retry_files_enabled = False',
    ...strategy,
    '[ssh_connection]',
    'pipelining = True',
    `ssh_args = -F ${lab.sshConfig} -o ControlMaster=auto -o ControlPersist=60s`,
    `control_path_dir = ${sockets}`,
    '',
  ].join('\n')
