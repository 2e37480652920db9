import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchProject } from '../project.mjs'
import { classCommands } from '../works.mjs'
import { fromPyPI } from './install.mjs'

/** pyinfra with -y, which leaves the preparing pass out; hosts, keys and jumps come from the ssh_config of its home. */
export async function pyinfra(lab, folder) {
  const { bin, version } = await fromPyPI('pyinfra', ['pyinfra'])
  const run = (places, words, how) => {
    // As words they would be tried as the name of a file, which may not be as long.
    const inventory = join(folder, `inventory${places.length}.py`)
    writeFileSync(inventory, `hosts = ${JSON.stringify(places)}\n`)
    return lab.run([join(bin, 'pyinfra'), '-y', '--parallel', '64', inventory, ...words], { ...how, cwd: folder })
  }
  const write = (name, lines) => {
    const file = join(folder, `${name}.py`)
    writeFileSync(
      file,
      `from pyinfra import host\nfrom pyinfra.operations import files, pip, server\n\n${lines.join('\n')}\n`,
    )
    return file
  }
  const twenty = write('twenty', [`server.shell(commands=${JSON.stringify(classCommands)})`])
  const extra = `extra_install_args='--index-url ${lab.index}'`
  const fresh = write('fresh', [
    "pip.venv(path=host.data.folder, python='python3')",
    `pip.packages(requirements='${lab.lockOnHost}', virtualenv=host.data.folder, ${extra})`,
  ])
  // With requirements= it installs whatever is there; only a list is compared with pip freeze.
  const names = JSON.stringify(benchProject.wheels.map(({ name, version }) => `${name}==${version}`))
  const noOp = write('no_op', [
    "pip.venv(path=host.data.folder, python='python3')",
    `pip.packages(packages=${names}, virtualenv=host.data.folder, ${extra})`,
  ])
  return {
    version,
    works: {
      true: (places, how) => run(places, ['exec', '--', 'true'], how),
      twenty: (place, how) => run([place], [twenty], how),
      noOp: (place, how) => run([place], ['--data', `folder=${lab.home}/pyinfra`, noOp], how),
      fresh: (place, number, how) => run([place], ['--data', `folder=${lab.home}/pyinfra${number}`, fresh], how),
    },
  }
}
