import type { Shard } from '../../config/shard.js'
import { parametersOf } from '../../config/task-usage.js'
import { portsOn } from '../../operations/ports.js'
import { portsText } from '../../plan/ports-text.js'
import { loadConfig } from '../load.js'
import { loadTasks } from '../load-tasks.js'
import type { Options } from '../options.js'
import { cacheFolder } from '../places.js'
import { startRun } from '../start-run.js'
import { taskRegistry } from '../task-registry.js'
import type { World } from '../world.js'

/** `venvoy list`: what the file and `tasks/` have; nothing is contacted. */
export async function list(world: World, options: Options): Promise<number> {
  const { config, base, notes } = await loadConfig(world, options)
  const { entries } = taskRegistry(config, await loadTasks(base, cacheFolder(world)))
  const isOwn = await ownBy(options.shard)
  const instances = [...new Set(config.instances.filter(isOwn).map(({ name }) => name))]
  const settings = { command: 'list', options, selection: [], hosts: [], notes, again: () => 'venvoy list' }
  return startRun(world, settings, async (run) => {
    const on = (targets: string | readonly string[]) => (typeof targets === 'string' ? targets : targets.join(', '))
    run.emit({
      type: 'run:table',
      columns: ['task', 'on', 'description'],
      rows: entries.map((task) => [[task.name, ...parametersOf(task)].join(' '), on(task.on), task.description]),
    })
    run.emit({
      type: 'run:table',
      columns: ['instance', 'hosts', 'venv', 'folder', 'ports'],
      sparse: ['ports'],
      rows: instances.map((name) => {
        const specs = config.instances.filter((spec) => spec.name === name)
        const [first] = specs
        const hosts = specs.map(({ host }) => host.name).join(', ')
        return [name, hosts, first?.venv.name ?? '', first?.to ?? '', first ? portsText(portsOn(first)) : '']
      }),
    })
    run.emit({
      type: 'run:table',
      columns: ['host', 'address', 'groups'],
      rows: config.hosts.filter(isOwn).map(({ name, local, address, port, user }) => [
        name,
        local
          ? 'this machine'
          : `${user === undefined ? '' : `${user}@`}${address ?? name}${port === undefined ? '' : `:${port}`}`,
        Object.entries(config.groups)
          .filter(([, hosts]) => hosts.includes(name))
          .map(([group]) => group)
          .join(', '),
      ]),
    })
    return []
  })
}

/** A digest divides the work: what it takes is loaded only for that. */
async function ownBy(shard: Shard | undefined): Promise<(named: { readonly name: string }) => boolean> {
  if (shard === undefined) return () => true
  const { isInShard } = await import('../../config/in-shard.js')
  return ({ name }) => isInShard(shard, name)
}
