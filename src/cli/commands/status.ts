import { noQuestion } from '../../facts/probe.js'
import {
  describeStatus,
  describeUnreached,
  sparseColumns,
  statusColumns,
  statusQuestion,
  statusSummary,
} from '../../plan/status.js'
import { gather } from '../../run/gather.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy status`: what serves of each instance, by one probe a host. */
export async function status(world: World, names: readonly string[], options: Options): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, 'read')
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const settings = {
    command: 'status',
    options,
    selection: hostTargets(hosts),
    hosts: config.hosts,
    notes,
    again: againWith('status', options),
  }
  return startRun(world, settings, async (run) => {
    const answers = await gather(run, hosts, (host) => ({
      ...noQuestion,
      instances: specs.filter((spec) => spec.host === host).map(statusQuestion),
    }))
    const rows = specs.map((spec) => {
      const facts = answers.find(({ host }) => host === spec.host)?.facts
      return facts === undefined ? describeUnreached(spec) : describeStatus(spec, facts)
    })
    run.emit({ type: 'run:table', columns: [...statusColumns], rows, sparse: sparseColumns })
    if (rows.length > 1) run.emit({ type: 'run:note', level: 'info', text: statusSummary(rows) })
    return answers.map(({ result }) => result)
  })
}
