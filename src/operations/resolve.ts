import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, Interpreter } from '../facts/facts.js'
import type { LockInputs } from '../lock/inputs.js'
import type { Lockfile } from '../lock/lock.js'
import { holds } from '../lock/marker-values.js'
import { parseMarker } from '../lock/parse-marker.js'
import { type LockTarget, lockTarget } from '../lock/target.js'
import type { ResolveInput } from '../remote/venv-input.js'
import { chooseInterpreter } from './interpreter.js'
import { placeOf } from './state.js'
import type { HelperStep } from './step.js'

/** Which versions of the lockfile that is there may change: none, all, or these names. */
export type Upgrade = 'none' | 'all' | readonly string[]

/** What an instance's host is locked for. Throws where it has no interpreter for the venv. */
export function targetOfHost(
  spec: InstanceSpec,
  facts: HostFacts,
): { readonly interpreter: Interpreter; readonly target: LockTarget } {
  const interpreter = chooseInterpreter(spec.venv.python, facts.interpreters, placeOf(spec))
  return { interpreter, target: lockTarget(spec.host.name, interpreter, facts.system) }
}

/** The step that asks pip on a host what it would install there. Versions of the old lockfile are kept where they fit. */
export function resolveStep(
  { venv }: InstanceSpec,
  { interpreter, target }: { readonly interpreter: Interpreter; readonly target: LockTarget },
  inputs: LockInputs & { readonly from: readonly string[] },
  pins: ResolveInput['pins'],
): HelperStep {
  const { path, real, version, stamp } = interpreter
  const input: ResolveInput = {
    name: venv.name,
    python: { path, real, version, stamp },
    // pip is asked, so that uv is not needed for it.
    with: venv.with === 'uv' ? 'venv' : venv.with,
    systemSitePackages: false,
    files: inputs.files,
    arguments: inputs.arguments,
    ...(venv.index !== undefined && { index: venv.index }),
    pins,
  }
  return {
    kind: 'helper',
    title: `resolve ${inputs.from.join(', ')} for ${target.label}`,
    lines: [],
    python: path,
    action: 'resolve',
    input,
  }
}

/** The versions of a lockfile that a target is to keep. */
export function pinsOf(lockfile: Lockfile | undefined, target: LockTarget, upgrade: Upgrade): ResolveInput['pins'] {
  if (lockfile === undefined || upgrade === 'all') return []
  return lockfile.packages
    .filter(({ name, origin }) => origin === undefined && !upgrade.includes(name))
    .filter(({ marker }) => marker === undefined || holds(parseMarker(marker, lockfile.path), target.values))
    .map(({ name, version }) => [name, version] as const)
}
