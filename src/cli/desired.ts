import type { InstanceSpec, SourceSpec, VenvSpec } from '../config/spec.js'
import type { TemplateSpec } from '../config/template-spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, ReleaseReceipt } from '../facts/facts.js'
import { questionAbout } from '../facts/question.js'
import type { LockRequest } from '../operations/deploy-lock.js'
import { venvInputs } from '../operations/fingerprint.js'
import { factsOfHooks } from '../operations/hooks.js'
import { settlePorts } from '../operations/ports.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { stateOf } from '../operations/state.js'
import type { SourceChanges, Tree } from '../operations/tree.js'
import { packagesToSend } from '../operations/venv.js'
import { type Procedure, planBy } from '../plan/procedure.js'
import type { Work } from '../run/apply.js'
import type { Run } from '../run/run.js'
import { once } from '../source/once.js'
import { openSource } from '../source/open-source.js'
import { checkWheels, openWheels, type WheelsFor } from '../source/open-wheels.js'
import { Sources } from '../source/read-sources.js'
import { readVenvSources } from '../source/venv-sources.js'
import type { Loaded } from './load.js'
import type { Options } from './options.js'
import { cacheFolder } from './places.js'
import type { World } from './world.js'

/** A spec with the tree and the requirements that belong to it. */
export interface Desired {
  readonly spec: InstanceSpec
  /** Absent where the instance has no source. */
  readonly tree?: Tree
  readonly requirements: RequirementsFiles
  /** The same with the wheels that its host is to be sent, once they are at hand. */
  complete(facts: HostFacts): Promise<RequirementsFiles>
  /** The spec with the ports that its host gives out. */
  settle(facts: HostFacts): Promise<InstanceSpec>
}

/** Opens every source once a run, however many instances come from it, and reads the requirements from the trees. */
export async function readDesired(
  world: World,
  run: Run,
  { base }: Loaded,
  specs: readonly InstanceSpec[],
  { ref }: Options,
): Promise<readonly Desired[]> {
  const note = (level: 'info' | 'warning') => (text: string) => run.emit({ type: 'run:note', level, text })
  const onNote = note('info')
  const options = { base, cache: cacheFolder(world), ref, signal: run.signal, onNote }
  const open = once(async (source: SourceSpec) => {
    const tree = await openSource(source, options)
    const { since } = tree
    // Most hosts run the same: the way from there is looked up once.
    if (since === undefined) return tree
    return { ...tree, since: once(since, ({ revision, commit }) => JSON.stringify([revision, commit])) }
  })
  // Instances that share a tree mostly share its requirements too; a note about them is said once.
  // However many venvs a warning is about, it is read once.
  const sources = new Sources(onNote)
  const notes = { info: onNote, warn: once(async (text: string) => note('warning')(text)) }
  const wheels = openWheels({ ...options, env: world.env, home: world.home })
  const read = once((tree: Tree, venv: VenvSpec) => readVenvSources(tree, venv, notes), requirementsKey)
  return Promise.all(
    specs.map(async (spec) => {
      const tree = spec.source && (await open(spec.source))
      const { venv, requirements } = await read(tree ?? noTree, spec.venv)
      await checkWheels(spec.venv, base)
      // What was read may serve several instances; the name and the rest of the venv are each one's own.
      const { requirements: files, packages, constraints } = venv
      const unread = { ...spec, venv: { ...spec.venv, requirements: files, packages, constraints } }
      const own = await withTemplates(unread, sources, base)
      return {
        spec: own,
        ...(tree && { tree }),
        requirements,
        complete: (facts) => withWheels(wheels, own, facts, requirements, tree),
        async settle(facts) {
          const settled = settlePorts(own, facts)
          return settled === own ? own : withTemplates(settled, sources, base)
        },
      }
    }),
  )
}

async function withWheels(
  wheelsFor: WheelsFor,
  spec: InstanceSpec,
  facts: HostFacts,
  requirements: RequirementsFiles,
  tree: Tree | undefined,
): Promise<RequirementsFiles> {
  const needed = packagesToSend(spec, facts, { requirements, ...(tree && { tree }) })
  const wheels = needed && (await wheelsFor(spec.venv, needed))
  return wheels === undefined ? requirements : { ...requirements, wheels }
}

async function withTemplates(spec: InstanceSpec, sources: Sources, base: string): Promise<InstanceSpec> {
  if (spec.templates === undefined) return spec
  const read = async (template: TemplateSpec): Promise<TemplateSpec> =>
    'from' in template.text ? { ...template, text: await sources.template(template.text, base) } : template
  return { ...spec, templates: await Promise.all(spec.templates.map(read)) }
}

/** The work of a procedure on one instance. Throws where it has no source. */
export function workOf(procedure: Procedure, desired: Desired, lock: LockRequest, run?: string): Work {
  const { spec, tree, requirements } = desired
  if (tree === undefined) throw noSource(spec)
  return {
    host: spec.host,
    instance: spec.name,
    ...(spec.rollout && { rollout: spec.rollout }),
    question: {
      ...questionAbout(spec, venvInputs(spec.venv, requirements, tree)),
      salt: true,
      // What git knows need not be asked.
      ...(spec.source?.kind !== 'git' && { tree: tree.digest }),
    },
    facts: factsOfHooks(spec),
    async plan(facts) {
      const changes = await changesSince(stateOf(spec, facts).current, tree)
      const whole = {
        spec: await desired.settle(facts),
        facts,
        tree,
        requirements: await desired.complete(facts),
        changes,
      }
      return planBy(procedure, { ...whole, by: lock.by, ...(run !== undefined && { run }) }, lock)
    },
  }
}

const changesSince = async (current: ReleaseReceipt | undefined, tree: Tree): Promise<SourceChanges | undefined> =>
  current === undefined || current.digest === tree.digest ? undefined : tree.since?.(current)

/** What there is where an instance has no source. */
export const noTree: Tree = {
  entries: [],
  digest: '',
  revision: 'no source',
  read: () => Promise.reject(new TypeError('a tree without files was read')),
  pieces: () => {
    throw new TypeError('a tree without files was read')
  },
}

const requirementsKey = (tree: Tree, venv: VenvSpec): string => {
  const { requirements, requirementsGiven, constraints, packages, lockfile, locked, extras, groups, wheels } = venv
  const files = [requirements, requirementsGiven, constraints, packages]
  return JSON.stringify([tree.digest, files, lockfile, locked, extras, groups, wheels])
}

const noSource = ({ name }: InstanceSpec) =>
  new VenvoyError({
    kind: 'config',
    where: `instances.${name}`,
    what: 'it has no source: there is nothing to deploy',
    next: 'say where the code comes from, at the top or in the instance: source: { path: . }',
  })
