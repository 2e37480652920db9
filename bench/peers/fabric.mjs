import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchProject } from '../project.mjs'
import { fromPyPI } from './install.mjs'

const driver = fileURLToPath(new URL('fabric_driver.py', import.meta.url))

/** Fabric 3: a thread for each host; hosts, keys and jumps come from the ssh_config of its home. */
export async function fabric(lab) {
  const { bin, version } = await fromPyPI('fabric', ['fabric'])
  const run = (work, how) => lab.run([join(bin, 'python'), driver], { ...how, input: JSON.stringify(work) })
  return {
    version,
    works: {
      true: (hosts, how) => run({ hosts, commands: ['true'] }, how),
      twenty: (host, how) =>
        run({ hosts: [host], prefix: benchProject.activate, commands: benchProject.commands, venv: 'class' }, how),
      fetch: (host, { from, to }, how) => run({ hosts: [host], from, to }, how),
    },
  }
}
