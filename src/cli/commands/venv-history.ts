import { noQuestion } from '../../facts/probe.js'
import { questionAbout } from '../../facts/question.js'
import { describeVenvHistory, venvHistoryColumns } from '../../plan/venv-history.js'
import { gather } from '../../run/gather.js'
import { againWith } from '../again.js'
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
    const answers = await gather(run, hosts, (host) => ({
      ...noQuestion,
      instances: specs
        .filter((spec) => spec.host === host)
        .map((spec) => ({ ...questionAbout(spec, ''), switches: journalLines })),
    }))
    const rows = specs.flatMap(({ name, host }) => {
      const state = answers.find((answer) => answer.host === host)?.facts?.instances[name]
      return state === undefined ? [] : describeVenvHistory(name, host.name, state, options.lines ?? 20)
    })
    run.emit({ type: 'run:table', columns: [...venvHistoryColumns], rows })
    return answers.map(({ result }) => result)
  })
}
