import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import { files } from '../operations/files.js'
import { anyPython } from '../operations/interpreter.js'
import { assertOurs, link } from '../operations/link.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { placeOf, stateOf } from '../operations/state.js'
import type { HelperStep } from '../operations/step.js'
import type { Tree } from '../operations/tree.js'
import { venv } from '../operations/venv.js'
import type { Plan } from './plan.js'

/**
 * What brings a venv about without a release. Where an instance serves, its link stays with the release: the venv is ready
 * for the next deploy. `by`: who asks for it, for the journal. Throws where the host has no interpreter, or the name is
 * somebody else's.
 */
export function planVenv(
  spec: InstanceSpec,
  facts: HostFacts,
  requirements: RequirementsFiles,
  tree?: Tree,
  by?: string,
): Plan {
  const state = stateOf(spec, facts)
  assertOurs(spec, state)
  const { path, python, steps, notes } = venv(spec, facts, { requirements, ...(tree && { tree }) })
  const builds = steps.some((step) => step.kind === 'helper' && step.action === 'venv')
  const needed = builds && requirements.needsTree && tree ? [files(python, tree)] : []
  const serves = state.current !== undefined
  return {
    ...targetOf(spec),
    prepare: [...needed, ...steps],
    switch: serves ? [] : link(spec, state, path, python, by === undefined ? undefined : { by }),
    notes: serves && builds ? [...notes, 'the current release keeps its venv until the next deploy'] : notes,
  }
}

/** What removes a venv and its link. Throws where an instance serves from it, or it is not ours. */
export function planRemoveVenv(spec: InstanceSpec, facts: HostFacts): Plan {
  const state = stateOf(spec, facts)
  assertOurs(spec, state)
  assertIdle(spec, state)
  const there = state.homeEntry !== undefined || (state.built ?? []).length > 0
  return { ...targetOf(spec), prepare: [], switch: there ? [remove(spec, facts, state)] : [], notes: [] }
}

const targetOf = (spec: InstanceSpec): Pick<Plan, 'host' | 'instance'> => ({
  host: spec.host.name,
  instance: spec.name,
})

function assertIdle(spec: InstanceSpec, { current }: InstanceFacts): void {
  if (current === undefined) return
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `venv ${spec.venv.name} is in use`,
    why: [`release ${current.number} (${current.revision}) serves from it`],
    next: `give the instance another venv first: change venv.name, deploy, and remove this one then`,
  })
}

function remove(spec: InstanceSpec, facts: HostFacts, { home, built = [] }: InstanceFacts): HelperStep {
  const { name } = spec.venv
  return {
    kind: 'helper',
    title: `remove venv ${name}`,
    lines: [`${spec.venv.home}/${name}`, ...built.map(({ path }) => path)],
    python: anyPython(spec, facts),
    action: 'remove-venv',
    input: { home, name },
  }
}
