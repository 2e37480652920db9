import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'

/** The facts of an instance. Throws where the probe did not ask for it, which is a fault of ours. */
export function stateOf(spec: InstanceSpec, facts: HostFacts): InstanceFacts {
  const state = facts.instances[spec.name]
  if (state !== undefined) return state
  throw new VenvoyError({ kind: 'internal', where: placeOf(spec), what: 'the probe was not asked about this instance' })
}

/** Where something is wrong, for errors: `blog-staging on web1`. */
export const placeOf = (spec: InstanceSpec): string => `${spec.name} on ${spec.host.name}`
