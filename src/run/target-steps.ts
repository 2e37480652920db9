import type { HostSpec, InstanceSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import type { InstanceQuestion } from '../facts/probe.js'
import { questionAbout } from '../facts/question.js'
import { knownPorts } from '../operations/ports.js'
import type { TaskStep } from '../operations/step.js'

/** The steps of one target: an instance on a host, or a host. */
export interface TargetSteps {
  readonly host: HostSpec
  readonly instance?: string
  readonly steps: readonly TaskStep[]
  /** Where its steps depend on what its host has given out: they are these then, whatever `steps` says. */
  readonly settle?: Settle<readonly TaskStep[]>
}

/** What becomes known when a host has answered; it rejects with a VenvoyError where that is not there. */
export interface Settle<T> {
  readonly question: InstanceQuestion
  readonly from: (facts: HostFacts) => Promise<T>
}

/** How something about an instance becomes known where its host gives out ports; nothing where deploy.yml says all. */
export const settleOf = <T>(spec: InstanceSpec, make: (spec: InstanceSpec) => T): { readonly settle?: Settle<T> } =>
  spec.autoPorts === undefined
    ? {}
    : { settle: { question: questionAbout(spec, ''), from: async (facts) => make(knownPorts(spec, facts)) } }
