import type { Config } from '../config/config.js'
import type { HostSpec, InstanceSpec } from '../config/spec.js'
import type { Target } from '../events.js'

/** An instance on a host, as events and reports name it. */
export const targetOf = ({ name, host }: InstanceSpec): Target => ({ host: host.name, instance: name })

export const targetsOf = (specs: readonly InstanceSpec[]): Target[] => specs.map(targetOf)

/** Instances on hosts as another reading of the same file has them. */
export const sameInstances = ({ instances }: Config, specs: readonly InstanceSpec[]): InstanceSpec[] =>
  specs.map((spec) => instances.find(({ name, host }) => name === spec.name && host.name === spec.host.name)!)

export const hostTargets = (hosts: readonly HostSpec[]): Target[] => hosts.map(({ name }) => ({ host: name }))
