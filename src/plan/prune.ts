import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import { anyPython } from '../operations/interpreter.js'
import { stateOf } from '../operations/state.js'
import type { PruneInput } from '../remote/venv-input.js'
import type { Plan } from './plan.js'

/** How far to go. */
interface Extent {
  /** Also what is younger than a day. */
  readonly now: boolean
  /** Only tell what would be removed. */
  readonly dry: boolean
}

/**
 * What removes the venvs and packages of one WORKON_HOME that nothing points to. The host finds out which: it alone sees its
 * processes. `specs` are those of the host; the first stands for the home.
 */
export function planPrune(specs: readonly InstanceSpec[], facts: HostFacts, { now, dry }: Extent): Plan {
  const [spec] = specs
  if (spec === undefined) throw new TypeError('a home needs an instance')
  const { home } = stateOf(spec, facts)
  const keep = Object.fromEntries(
    specs.flatMap(({ venv }) => (venv.keep === undefined ? [] : [[venv.name, venv.keep]])),
  )
  const input = { home, instances: specs.map(({ to }) => to), keep, now, dry } satisfies PruneInput
  const title = dry ? `look what could be removed from ${home}` : `remove from ${home} what nothing points to`
  const python = anyPython(spec, facts)
  const step = { kind: 'helper', title, lines: [], python, action: 'prune', input } as const
  return { host: spec.host.name, instance: spec.name, prepare: [], switch: [step], notes: [] }
}
