import type { Fact } from '../config/facts.js'
import type { Rollout } from '../config/rollout.js'
import type { HostSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import type { ProbeQuestion } from '../facts/probe.js'
import type { Plan } from '../plan/plan.js'

/** One instance on one host: what to ask there, and how the answer becomes a plan. */
export interface Work {
  readonly host: HostSpec
  readonly instance: string
  readonly question: ProbeQuestion['instances'][number]
  readonly rollout?: Rollout
  /** Whether a Python is to be looked for. Default: `if-needed`. */
  readonly interpreters?: 'if-needed' | 'none'
  /** The hosts of its instance do not wait for one another. */
  readonly alone?: boolean
  /** The facts that its conditions want. */
  readonly facts?: readonly Fact[]
  /** Contacts no host; may have to fetch what will be sent. Throws a VenvoyError for what cannot be. */
  plan(facts: HostFacts): Plan | Promise<Plan>
}
