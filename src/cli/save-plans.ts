import type { TargetResult } from '../events.js'
import { stateOf } from '../operations/state.js'
import { type SavedTarget, saveTarget } from '../plan/saved.js'
import type { Work } from '../run/apply.js'
import type { Run } from '../run/run.js'
import { quote } from '../shell/quote.js'
import type { Desired } from './desired.js'
import type { Options } from './options.js'
import { writePlan } from './plan-file.js'
import { rollOut } from './rollout.js'
import type { World } from './world.js'

/** Plans, and writes what was planned to a file. Where not all could be planned, nothing is written. */
export async function savePlans(
  world: World,
  run: Run,
  path: string,
  works: readonly Work[],
  desired: readonly Desired[],
  options: Options,
): Promise<TargetResult[]> {
  const targets: SavedTarget[] = []
  const keeping = works.map((work, at) => keepingPlan(work, desired[at]!, targets))
  const results = await rollOut(run, keeping, options, true)
  const note = (level: 'info' | 'warning', text: string) => run.emit({ type: 'run:note', level, text })
  if (targets.length < works.length) {
    note('warning', `${path} is not written: not everything could be planned`)
    return results
  }
  const { user, hostname, now } = world
  const project = desired[0]?.spec.project ?? ''
  const created = new Date(now()).toISOString()
  writePlan(world, path, {
    ...{ v: 1, created, by: `${user}@${hostname}`, project, set: options.set ?? [] },
    targets: targets.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
  })
  note('info', `saved: venvoy apply ${quote(path)}`)
  return results
}

const nameOf = ({ instance, host }: SavedTarget): string => `${instance} ${host}`

function keepingPlan(work: Work, { spec, tree }: Desired, targets: SavedTarget[]): Work {
  return {
    ...work,
    async plan(facts) {
      const plan = await work.plan(facts)
      targets.push(saveTarget(plan, { state: stateOf(spec, facts), tree: tree! }))
      return plan
    },
  }
}
