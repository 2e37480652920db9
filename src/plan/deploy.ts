import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import { instanceContext, releaseContext } from '../operations/context.js'
import { assertSwitchable, switchTo } from '../operations/current.js'
import { files } from '../operations/files.js'
import { hooks } from '../operations/hooks.js'
import { assertOurs, instanceLink, link } from '../operations/link.js'
import { type ReleaseWork, release } from '../operations/release.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { stateOf } from '../operations/state.js'
import type { Tree } from '../operations/tree.js'
import { type VenvWork, venv } from '../operations/venv.js'
import type { Plan } from './plan.js'

/**
 * What brings an instance to this tree with the venv of its spec. Throws where that cannot be: there is no interpreter, or
 * what is in the way is not ours.
 */
export function planDeploy(
  spec: InstanceSpec,
  facts: HostFacts,
  tree: Tree,
  requirements: RequirementsFiles,
  by: string,
): Plan {
  const state = stateOf(spec, facts)
  assertSwitchable(spec, state)
  assertOurs(spec, state)
  const itsVenv = venv(spec, facts, { requirements, tree })
  const itsRelease = release(spec, state, { tree, venv: itsVenv, by })
  const phases = itsRelease ? phasesOf(spec, state, tree, itsVenv, itsRelease) : onlyLink(spec, state, itsVenv)
  return { host: spec.host.name, instance: spec.name, ...phases, notes: itsVenv.notes }
}

type Phases = Pick<Plan, 'prepare' | 'switch'>

function phasesOf(
  spec: InstanceSpec,
  state: InstanceFacts,
  tree: Tree,
  itsVenv: VenvWork,
  { number, step }: ReleaseWork,
): Phases {
  const { path, python, steps } = itsVenv
  const before = hooks(spec, spec.beforeSwitch, releaseContext(spec, state, number, path))
  const after = hooks(spec, spec.afterSwitch, instanceContext(spec))
  return {
    prepare: [files(python, tree), ...steps, step, ...before],
    switch: [switchTo(spec, state, number, python), ...after],
  }
}

/** What serves is right; the link for `workon` may have been lost. */
const onlyLink = (spec: InstanceSpec, state: InstanceFacts, { python }: VenvWork): Phases => ({
  prepare: [],
  switch: link(spec, state, instanceLink(state), python),
})
