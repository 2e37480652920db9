import type { InstanceSpec, SourceSpec } from '../../config/spec.js'
import { VenvoyError } from '../../errors.js'
import { questionAbout } from '../../facts/question.js'
import { venvInputs } from '../../operations/fingerprint.js'
import type { RequirementsFiles } from '../../operations/requirements.js'
import type { Tree } from '../../operations/tree.js'
import { planDeploy } from '../../plan/deploy.js'
import { applyPlans, type Work } from '../../run/apply.js'
import type { Run } from '../../run/run.js'
import { openSource } from '../../source/open-source.js'
import { readRequirements } from '../../source/requirements.js'
import { againWith } from '../again.js'
import { chooseInstances } from '../choose.js'
import { type Loaded, loadConfig } from '../load.js'
import type { Options } from '../options.js'
import { cacheFolder, startRun } from '../start-run.js'
import { targetsOf, typed } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy deploy` and `venvoy plan`: the same way, but that a plan is not applied. */
export async function deploy(
  world: World,
  names: readonly string[],
  options: Options,
  command: 'deploy' | 'plan',
): Promise<number> {
  const loaded = await loadConfig(world, options)
  const dryRun = options.dryRun ?? false
  const specs = await chooseInstances(world, loaded.config, names, options, dryRun ? 'read' : 'act')
  const settings = {
    command: typed(command, names),
    options,
    dryRun,
    selection: targetsOf(specs),
    hosts: loaded.config.hosts,
    notes: loaded.notes,
    again: againWith(command, options),
  }
  return startRun(world, settings, async (run) => {
    const desired = await resolve(world, run, loaded, specs, options)
    return applyPlans(
      run,
      desired.map((each) => workOf(each, `${world.user}@${world.hostname}`)),
      dryRun,
    )
  })
}

/** A spec with the tree and the requirements that belong to it. */
export interface Desired {
  readonly spec: InstanceSpec
  readonly tree: Tree
  readonly requirements: RequirementsFiles
}

/** Every source is opened once a run, however many instances come from it. */
export async function resolve(
  world: World,
  run: Run,
  { base }: Loaded,
  specs: readonly InstanceSpec[],
  options: Options,
): Promise<readonly Desired[]> {
  const onNote = (text: string) => run.emit({ type: 'run:note', level: 'info', text })
  const opened = new Map<string, Promise<Tree>>()
  const open = (source: SourceSpec) => {
    const key = JSON.stringify(source)
    const tree =
      opened.get(key) ??
      openSource(source, { base, cache: cacheFolder(world), ref: options.ref, signal: run.signal, onNote })
    opened.set(key, tree)
    return tree
  }
  const read = new Map<string, Promise<RequirementsFiles>>()
  return Promise.all(
    specs.map(async (spec) => {
      if (spec.source === undefined) throw noSource(spec)
      const tree = await open(spec.source)
      // Instances that share a tree mostly share its requirements too; a note about them is said once.
      const key = JSON.stringify([tree.digest, spec.venv.requirements, spec.venv.constraints, spec.venv.packages])
      const requirements = read.get(key) ?? readRequirements(tree, spec.venv, onNote)
      read.set(key, requirements)
      return { spec, tree, requirements: await requirements }
    }),
  )
}

function workOf({ spec, tree, requirements }: Desired, by: string): Work {
  return {
    host: spec.host,
    instance: spec.name,
    question: questionAbout(spec, venvInputs(spec.venv, requirements, tree)),
    plan: (facts) => planDeploy(spec, facts, tree, requirements, by),
  }
}

const noSource = ({ name }: InstanceSpec) =>
  new VenvoyError({
    kind: 'config',
    where: `instances.${name}`,
    what: 'it has no source: there is nothing to deploy',
    next: 'say where the code comes from, at the top or in the instance: source: { path: . }',
  })
