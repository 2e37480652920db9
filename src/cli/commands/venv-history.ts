import type { InstanceSpec } from '../../config/spec.js'
import { questionAbout } from '../../facts/question.js'
import { describeVenvHistory, venvHistoryColumns } from '../../plan/venv-history.js'
import { againWith } from '../again.js'
import { askInstances } from '../ask-instances.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'
import type { HistoryOptions } from './history.js'
import { journalLines } from './rollback.js'

/** `venvoy venv history`: which venvs instances have had, and which are there; by one probe a host. */
export async function history(world: World, names: readonly string[], options: HistoryOptions): Promise<number> {
  const { config, notes } = await loadConfig(world, options)
  const specs = await chooseInstances(world, config, names, options, 'read')
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const command = 'venv history'
  const again = againWith(command, options)
  const settings = { command, options, selection: hostTargets(hosts), hosts: config.hosts, notes, again }
  return startRun(world, settings, async (run) => {
    const question = (spec: InstanceSpec) => ({ ...questionAbout(spec, ''), switches: journalLines })
    const { states, results } = await askInstances(run, specs, question)
    const rows = states.flatMap(({ spec, state }) =>
      describeVenvHistory(spec.name, spec.host.name, state, options.lines ?? 20),
    )
    run.emit({ type: 'run:table', columns: [...venvHistoryColumns], rows })
    return results
  })
}
