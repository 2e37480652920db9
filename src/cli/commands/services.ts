import type { InstanceSpec } from '../../config/spec.js'
import { questionAbout } from '../../facts/question.js'
import { factsOfHooks } from '../../operations/hooks.js'
import { type Place, type Procedure, planBy } from '../../plan/procedure.js'
import { applyPlans, type Work } from '../../run/apply.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import { lockRequest } from '../lock-request.js'
import type { Options } from '../options.js'
import { startRun } from '../start-run.js'
import { targetsOf } from '../targets.js'
import type { World } from '../world.js'

export interface ServiceOptions extends Options {
  /** Names of services. */
  readonly service?: readonly string[]
}

/** `venvoy start|stop|restart`: the services of instances, each host by itself, and not while somebody deploys. */
export async function actOn(
  world: World,
  verb: 'start' | 'stop' | 'restart',
  procedure: Procedure<Place>,
  names: readonly string[],
  options: ServiceOptions,
): Promise<number> {
  const { dryRun = false, service = [] } = options
  const { config, notes } = await loadConfig(world, options)
  const specs = havingAnyOf(service, await chooseInstances(world, config, names, options, dryRun ? 'read' : 'act'))
  const settings = {
    command: verb,
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: config.hosts,
    notes,
    secrets: config.secrets.values(),
    again: againWith(
      verb,
      options,
      service.flatMap((name) => ['--service', name]),
    ),
  }
  return startRun(world, settings, (run) => {
    const lock = lockRequest(world, verb, options)
    const works = specs.map(
      (spec): Work => ({
        host: spec.host,
        instance: spec.name,
        question: { ...questionAbout(spec, ''), services: true },
        alone: true,
        facts: factsOfHooks(spec),
        plan: (facts) => planBy(procedure, { spec, facts, by: lock.by }, lock),
      }),
    )
    return applyPlans(run, works, dryRun, 1)
  })
}

/** Of several instances those that have one of the services; where none has by the file, their releases know. */
function havingAnyOf(services: readonly string[], specs: readonly InstanceSpec[]): readonly InstanceSpec[] {
  const having = specs.filter((spec) => spec.services?.some(({ name }) => services.includes(name)))
  return having.length > 0 ? having : specs
}
