import type { Secret } from '../shell/command.js'
import type { Need } from './needs.js'
import type { ParamSpec } from './params.js'
import type { Rollout } from './rollout.js'
import type { TaskInput } from './schema-step.js'
import type { SecretsInput } from './secrets.js'
import type { HostSpec, InstanceSpec } from './spec.js'

/** What deploy.yml says, with nothing left to look up. */
export interface Config {
  readonly project: string
  readonly hosts: readonly HostSpec[]
  /** The hosts of each group, those of its groups included. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** One for each instance on each of its hosts, in the file's order. */
  readonly instances: readonly InstanceSpec[]
  readonly tasks: readonly TaskInfo[]
  /** The values of secrets, by their sources, as far as they were found. */
  readonly secrets: ReadonlyMap<string, Secret>
  /** `secrets:` of the file. */
  readonly secretSources?: SecretsInput
}

/** A named thing the user can run. */
export interface TaskInfo {
  readonly name: string
  /** Empty if the file has none. */
  readonly description: string
  /** `instances` and `hosts` mean all of them; otherwise names of instances, hosts and groups. */
  readonly on: 'instances' | 'hosts' | readonly string[]
  /** How it gets to its hosts. */
  readonly rollout?: Rollout
  readonly params: readonly ParamSpec[]
  /** Those in code included. */
  readonly needs: readonly Need[]
  /** As written; `taskSteps` resolves it for a target. */
  readonly written: TaskInput
}

export type Target = InstanceSpec | HostSpec

export const isInstance = (target: Target): target is InstanceSpec => 'venv' in target
