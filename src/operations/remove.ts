import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import type { RemoveInstanceInput } from '../remote/instance-input.js'
import { plural } from './files.js'
import { anyPython } from './interpreter.js'
import { instanceLink } from './link.js'
import { placeOf, stateOf } from './state.js'
import type { HelperStep } from './step.js'

/**
 * Takes away all that there is of an instance, and nothing else: its releases, its shared files unless they are kept, its link
 * and its venvs. Nothing where there is none of it. Throws where its folder is not ours.
 */
export function removeInstance(
  spec: InstanceSpec,
  facts: HostFacts,
  { keepShared = false }: { readonly keepShared?: boolean | undefined } = {},
): HelperStep[] {
  const state = stateOf(spec, facts)
  assertInstance(spec, state)
  if (state.owner === undefined && !hasLink(state) && !state.built?.length) return []
  const step: HelperStep = {
    kind: 'helper',
    title: `remove ${spec.name} from ${spec.to}`,
    lines: contents(spec, state, keepShared),
    python: anyPython(spec, facts),
    action: 'remove-instance',
    input: { to: state.to, home: state.home, name: spec.venv.name, keepShared } satisfies RemoveInstanceInput,
  }
  return [step]
}

/** A link of another's is none of ours to remove. */
function hasLink(state: InstanceFacts): boolean {
  return state.homeEntry === instanceLink(state) || state.homeEntry?.startsWith(`${state.home}/.venvoy/`) === true
}

function contents(spec: InstanceSpec, state: InstanceFacts, keepShared: boolean): string[] {
  const { current, releases, built = [] } = state
  const serving = current === undefined ? 'nothing serves' : `${current.revision} serves`
  return [
    `${plural(releases.length, 'release')}; ${serving}`,
    keepShared ? `${spec.to}/shared stays` : `${spec.to}/shared, with all that is in it`,
    ...(hasLink(state) ? [`${spec.venv.home}/${spec.venv.name}`] : []),
    ...built.map(({ path }) => `${path}, unless another instance needs it`),
  ]
}

/** Throws where the folder of an instance is somebody else's. */
export function assertInstance(spec: InstanceSpec, { owner, to }: InstanceFacts): void {
  if (owner !== 'foreign') return
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${spec.to} is not an instance of venvoy's`,
    why: [`it has no folder ${to}/.venvoy, and it is not empty`],
    next: `ls -la ${to}`,
  })
}
