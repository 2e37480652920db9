import type { InstanceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import { stateOf } from '../../operations/state.js'
import type { Procedure } from '../../plan/procedure.js'
import { assertSaved, type SavedTarget, saveTarget } from '../../plan/saved.js'
import type { Work } from '../../run/apply.js'
import type { Run } from '../../run/run.js'
import { quote } from '../../shell/quote.js'
import { revisionNumber } from '../../source/svn-changes.js'
import { type Desired, readDesired, workOf } from '../desired.js'
import { type Loaded, loadConfig } from '../load.js'
import { lockRequest } from '../lock-request.js'
import type { Options } from '../options.js'
import { type PlanFile, readPlan } from '../plan-file.js'
import { rollOut } from '../rollout.js'
import { startRun } from '../start-run.js'
import { sameInstances } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy apply`: what a saved plan says, and nothing else. An instance for which it would be something else now is refused. */
export async function apply(world: World, procedure: Procedure, path: string, options: Options): Promise<number> {
  const saved = readPlan(world, path)
  assertUnselected(options)
  const loaded = await loadConfig(world, { ...options, set: [...saved.set, ...(options.set ?? [])] })
  assertKnown(saved, loaded, path)
  const selection = saved.targets.map(({ host, instance }) => ({ host, instance }))
  const filled = await loaded.withSecrets({ targets: selection })
  const chosen = filled.config.instances.filter((spec) => targetFor(saved, spec) !== undefined)
  const settings = {
    ...{ command: 'apply', words: [path], options, selection, hosts: loaded.config.hosts },
    notes: [`planned ${saved.created} by ${saved.by}`, ...loaded.notes, ...filled.notes],
    secrets: filled.config.secrets.values(),
    again: () => `venvoy apply ${quote(path)}`,
  }
  return startRun(world, settings, async (run) => {
    const desired = await readSaved(world, run, loaded, saved, sameInstances(filled.config, chosen))
    const lock = lockRequest(world, 'apply', options)
    const works = desired.map((each) => checked(workOf(procedure, each, lock, run.id), each, saved))
    return rollOut(run, works, options, false)
  })
}

const targetFor = ({ targets }: PlanFile, { name, host }: Pick<InstanceSpec, 'name' | 'host'>) =>
  targets.find((target) => target.instance === name && target.host === host.name)

/** The sources at the revisions that were planned, by the names that they had then. */
async function readSaved(
  world: World,
  run: Run,
  loaded: Loaded,
  saved: PlanFile,
  specs: readonly InstanceSpec[],
): Promise<readonly Desired[]> {
  const pinned = specs.map((spec) => pinnedTo(spec, targetFor(saved, spec)!))
  const desired = await readDesired(world, run, loaded, pinned, { parallel: run.parallel }).catch((error: unknown) => {
    throw error instanceof VenvoyError && error.kind === 'config' ? outdated(error) : error
  })
  return desired.map((each) => {
    const { revision } = targetFor(saved, each.spec)!
    return each.tree === undefined ? each : { ...each, tree: { ...each.tree, revision } }
  })
}

function pinnedTo(spec: InstanceSpec, { commit, revision }: SavedTarget): InstanceSpec {
  const { source } = spec
  if (source?.kind === 'git' && commit !== undefined) return { ...spec, source: { ...source, ref: commit } }
  const number = revisionNumber(revision)
  if (source?.kind === 'svn' && number !== undefined) return { ...spec, source: { ...source, revision: `${number}` } }
  return spec
}

/** The work with a plan that is looked at before it is applied. */
function checked(work: Work, { spec, tree }: Desired, saved: PlanFile): Work {
  return {
    ...work,
    async plan(facts) {
      const plan = await work.plan(facts)
      const made = { state: stateOf(spec, facts), tree: tree! }
      assertSaved(targetFor(saved, spec)!, saveTarget(plan, made))
      return plan
    },
  }
}

function assertUnselected({ instance = [], host = [], group = [], exclude = [], all, shard }: Options): void {
  if ([...instance, ...host, ...group, ...exclude].length === 0 && !all && shard === undefined) return
  const next = 'leave out -i, -H, -g, -x, --all and --shard; or plan for those only'
  throw new VenvoyError({ kind: 'config', what: 'a saved plan says itself what it is about', next })
}

function assertKnown({ project, targets }: PlanFile, { config }: Loaded, path: string): void {
  const isKnown = ({ instance, host }: SavedTarget) =>
    config.instances.some((spec) => spec.name === instance && spec.host.name === host && spec.project === project)
  const lost = targets.filter((target) => !isKnown(target))
  if (lost.length === 0) return
  throw new VenvoyError({
    kind: 'difference',
    where: path,
    what: 'deploy.yml does not have all that was planned',
    why: lost.map(({ instance, host }) => `${instance} on ${host}, of the project ${project}`),
    next: `venvoy plan --out ${path}`,
  })
}

const outdated = (error: VenvoyError) =>
  new VenvoyError(
    {
      kind: 'difference',
      what: 'the source does not give any more what was planned',
      why: error.message.split('\n'),
      next: 'venvoy plan --out FILE',
    },
    { cause: error },
  )
