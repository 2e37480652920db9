import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, VenvReceipt } from '../facts/facts.js'
import type { InventoryInput } from '../remote/venv-input.js'
import { noVenv } from './no-venv.js'
import { stateOf } from './state.js'
import type { HelperStep } from './step.js'
import { activeVenv } from './venv-times.js'

/** A question to a host: what is installed in the venv of an instance. */
export interface InventoryWork {
  readonly spec: InstanceSpec
  readonly receipt: VenvReceipt
  readonly step: HelperStep
}

/** Asks the interpreter of the venv, because markers are decided by it. Throws where the instance has no venv. */
export function inventory(spec: InstanceSpec, facts: HostFacts): InventoryWork {
  const venv = activeVenv(stateOf(spec, facts))
  if (venv === undefined) throw noVenv(spec)
  const step: HelperStep = {
    kind: 'helper',
    title: `read what is installed in venv ${spec.venv.name}`,
    lines: [],
    python: venv.receipt.python.real,
    action: 'inventory',
    input: { venv: venv.path } satisfies InventoryInput,
  }
  return { spec, receipt: venv.receipt, step }
}
