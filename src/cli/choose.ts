import type { Config } from '../config/config.js'
import { isInShard } from '../config/in-shard.js'
import { selectHosts, selectInstances } from '../config/select.js'
import { shardText } from '../config/shard.js'
import type { HostSpec, InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { Options } from './options.js'
import type { World } from './world.js'

/** What happens when nothing is selected: reading is harmless and takes all, acting wants to be told. */
export type Purpose = 'read' | 'act'

/** The instances that an invocation is about. With none named: the sole one; all for reading; else it asks or refuses. */
export async function chooseInstances(
  world: World,
  config: Config,
  names: readonly string[],
  options: Options,
  purpose: Purpose,
): Promise<readonly InstanceSpec[]> {
  const chosen = selectInstances(config, selectionOf(names, options))
  const all = [...new Set(config.instances.map(({ name }) => name))]
  if (all.length === 0) {
    throw new VenvoyError({
      kind: 'config',
      what: 'deploy.yml has no instances',
      next: 'add one: instances: { staging: { hosts: [HOST] } }',
    })
  }
  if (purpose === 'read' || options.retryFailed || all.length === 1 || (isNarrowed(names, options) && !options.all))
    return chosen
  if (options.yes && options.all) return chosen
  const question = `${options.all ? 'All of' : 'No instance is named. Take all of'} ${all.join(', ')}?`
  if (world.ask !== undefined && (await world.ask.confirm(question))) return chosen
  throw new VenvoyError({
    kind: 'config',
    what: options.all ? '--all was not confirmed' : 'no instance is named, and there are several',
    why: [`there are: ${all.join(', ')}`],
    next: options.all ? 'add --yes' : 'name one, or say --all --yes',
  })
}

/** The hosts that an invocation is about: those named, or those of the named instances; all otherwise. */
export function chooseHosts(config: Config, options: Options): readonly HostSpec[] {
  const { instance = [], shard } = options
  if (instance.length > 0) {
    const instances = selectInstances(config, selectionOf([], { ...options, shard: undefined }))
    const hosts = new Set(instances.map(({ host }) => host.name))
    return config.hosts.filter(({ name }) => hosts.has(name) && isInShard(shard, name))
  }
  return selectHosts(config, selectionOf([], options))
}

const isNarrowed = (names: readonly string[], { instance = [], host = [], group = [] }: Options): boolean =>
  names.length + instance.length + host.length + group.length > 0

/** What is made of all hosts together has no parts. */
export function assertWhole({ shard }: Options, command: string): void {
  if (shard === undefined) return
  throw new VenvoyError({
    kind: 'config',
    what: `venvoy ${command} has no parts`,
    next: `leave out --shard ${shardText(shard)}`,
  })
}

/** The options that select, as config's selection takes them. */
export const selectionOf = (
  names: readonly string[],
  { instance = [], host = [], group = [], exclude = [], shard }: Options,
) => ({
  instances: [...names, ...instance],
  hosts: [...host],
  groups: [...group],
  exclude: [...exclude],
  shard,
})
