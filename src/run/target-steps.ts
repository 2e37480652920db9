import type { HostSpec } from '../config/spec.js'
import type { TaskStep } from '../operations/step.js'

/** The steps of one target: an instance on a host, or a host. */
export interface TargetSteps {
  readonly host: HostSpec
  readonly instance?: string
  readonly steps: readonly TaskStep[]
}
