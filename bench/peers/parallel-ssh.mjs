import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { classCommands } from '../works.mjs'
import { fromPyPI } from './install.mjs'

const driver = fileURLToPath(new URL('parallel_ssh_driver.py', import.meta.url))

/** The library parallel-ssh with its native client, 64 at once; it reads no ssh_config, so it is told all. */
export async function parallelSsh(lab) {
  const { bin, version } = await fromPyPI('parallel-ssh', ['parallel-ssh'])
  const run = (names, commands, how) => {
    const all = [...Object.values(lab.places), ...lab.many, ...lab.added]
    const known = Object.fromEntries(all.map((place) => [place.name, place]))
    const hosts = names.map((name) => ({ ...known[name], jump: known[known[name].jump] ?? null }))
    const input = JSON.stringify({ hosts, commands, key: lab.keyFile })
    return lab.run([join(bin, 'python'), driver], { ...how, input })
  }
  return {
    version,
    works: {
      true: (names, how) => run(names, ['true'], how),
      twenty: (name, how) => run([name], classCommands, how),
    },
  }
}
