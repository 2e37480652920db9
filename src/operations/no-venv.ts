import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import { placeOf } from './state.js'

/** What is said where an instance has no venv on a host. */
export const noVenv = (spec: InstanceSpec): VenvoyError =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `there is no venv ${spec.venv.name} of venvoy's`,
    next: `venvoy ${spec.source === undefined ? 'venv create' : 'deploy'} ${spec.name}`,
  })
