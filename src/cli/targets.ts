import type { HostSpec, InstanceSpec } from '../config/spec.js'
import type { Target } from '../events.js'

/** Instances on hosts, as events and reports name them. */
export const targetsOf = (specs: readonly InstanceSpec[]): Target[] =>
  specs.map(({ name, host }) => ({ host: host.name, instance: name }))

export const hostTargets = (hosts: readonly HostSpec[]): Target[] => hosts.map(({ name }) => ({ host: name }))
