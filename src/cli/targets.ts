import type { HostSpec, InstanceSpec } from '../config/spec.js'
import type { Target } from '../events.js'

/** An instance on a host, as events and reports name it. */
export const targetOf = ({ name, host }: InstanceSpec): Target => ({ host: host.name, instance: name })

export const targetsOf = (specs: readonly InstanceSpec[]): Target[] => specs.map(targetOf)

export const hostTargets = (hosts: readonly HostSpec[]): Target[] => hosts.map(({ name }) => ({ host: name }))
