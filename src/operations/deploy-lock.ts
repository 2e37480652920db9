import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import type { LockInput } from '../remote/instance-input.js'
import type { HelperStep } from './step.js'

/** Who wants the deploy lock. */
export interface LockRequest {
  /** `ann@laptop` */
  readonly by: string
  /** What it is for: `deploy`. */
  readonly command: string
  /** Seconds to wait for whoever has it. */
  readonly wait: number
}

/** Takes the deploy lock. It is held until the runner on the host is gone, whatever becomes of it. */
export const deployLock = (
  { name }: InstanceSpec,
  { to, generation }: InstanceFacts,
  python: string,
  { by, command, wait }: LockRequest,
): HelperStep => ({
  kind: 'helper',
  title: 'take the deploy lock',
  lines: [],
  python,
  action: 'lock',
  input: { to, instance: name, by, command, wait, generation } satisfies LockInput,
  locks: true,
  quiet: true,
})
