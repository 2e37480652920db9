import { questionAbout } from '../../facts/question.js'
import { describeHistory, historyColumns } from '../../plan/history.js'
import { againWith } from '../again.js'
import { askInstances } from '../ask-instances.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'

export interface HistoryOptions extends Options {
  /** How many switches of each instance on each host. */
  readonly lines?: number
}

/** `venvoy history`: who switched what, when, from where; by one probe a host. */
export async function history(world: World, names: readonly string[], options: HistoryOptions): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, 'read')
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const settings = {
    command: 'history',
    options,
    selection: hostTargets(hosts),
    hosts: config.hosts,
    notes,
    again: againWith('history', options),
  }
  return startRun(world, settings, async (run) => {
    const switches = options.lines ?? 20
    const { states, results } = await askInstances(run, specs, (spec) => ({ ...questionAbout(spec, ''), switches }))
    const all = states.map(({ spec, state }) => ({ instance: spec.name, host: spec.host.name, state }))
    run.emit({ type: 'run:table', columns: [...historyColumns], rows: describeHistory(all) })
    return results
  })
}
