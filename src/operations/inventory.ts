import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, VenvReceipt } from '../facts/facts.js'
import type { InventoryInput } from '../remote/venv-input.js'
import { placeOf, stateOf } from './state.js'
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
  if (venv === undefined)
    throw new VenvoyError({
      kind: 'command',
      where: placeOf(spec),
      what: `there is no venv ${spec.venv.name} of venvoy's`,
      next: `venvoy ${spec.source === undefined ? 'venv create' : 'deploy'} ${spec.name}`,
    })
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
