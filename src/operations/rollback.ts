import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { InstanceFacts, KeptRelease, ReleaseReceipt } from '../facts/facts.js'
import type { CheckReleaseInput } from '../remote/instance-input.js'
import { placeOf } from './state.js'
import type { HelperStep } from './step.js'

/** Where a rollback leads, and what it passes over on its way. */
export interface Rollback {
  readonly release: KeptRelease
  /** A Python of the host's that can run the helper. */
  readonly python: string
  readonly notes: readonly string[]
}

/**
 * The release that a rollback goes to: the newest one before the current that could serve and has not failed, or `number`.
 * Nothing where that serves already. Throws where there is none.
 */
export function rollbackOf(spec: InstanceSpec, state: InstanceFacts, number?: number): Rollback | undefined {
  const { current } = state
  if (current === undefined) throw nothingServes(spec)
  if (number === current.number && !state.unsettled) return undefined
  const release = number === undefined ? newestBefore(state, current.number) : named(state, number)
  if (release === undefined) throw noRelease(spec, state, current, number)
  const passed = number === undefined ? between(state, release.receipt.number, current.number) : []
  return {
    release,
    python: pythonOf(state, release),
    notes: passed.map((each) => `release ${each} is passed over: it ${flawOf(state, each) ?? ''}`),
  }
}

/** Looks at the release on the host before any host is switched: its venv must start. */
export function checkRelease(state: InstanceFacts, { release, python }: Rollback): HelperStep {
  const { number, revision, created, by } = release.receipt
  return {
    kind: 'helper',
    title: `check release ${number}: ${revision}`,
    lines: [`deployed ${created} by ${by}`, describeVenv(state, release)],
    python,
    action: 'check-release',
    input: { to: state.to, number, generation: state.generation } satisfies CheckReleaseInput,
  }
}

function describeVenv({ current }: InstanceFacts, { receipt, venv }: KeptRelease): string {
  if (receipt.venv === current?.venv) return 'the venv stays the same'
  return `its own venv, with Python ${venv?.receipt.python.version}`
}

const newestBefore = (state: InstanceFacts, number: number): KeptRelease | undefined =>
  (state.kept ?? []).findLast(({ receipt }) => receipt.number < number && flawOf(state, receipt.number) === undefined)

/** What a rollback left, or what never served, may be gone to, if that is said. */
function named(state: InstanceFacts, number: number): KeptRelease | undefined {
  const { left: _, unserved: __, ...rest } = state
  const flaw = flawOf(rest, number)
  return flaw === undefined ? keptAs(state, number) : undefined
}

const between = ({ releases }: InstanceFacts, from: number, to: number): number[] =>
  releases.filter((number) => number > from && number < to).reverse()

const keptAs = ({ kept = [] }: InstanceFacts, number: number): KeptRelease | undefined =>
  kept.find(({ receipt }) => receipt.number === number)

/** Why a release cannot be gone back to. */
function flawOf(state: InstanceFacts, number: number): string | undefined {
  const release = keptAs(state, number)
  if (release === undefined) return 'has no receipt'
  if (state.failed?.includes(number)) return 'failed behind its switch'
  if (release.venv === undefined) return 'has lost its venv'
  if ((release.drift ?? release.venv.drift) !== undefined) return 'has drifted from what was made'
  if (state.left?.includes(number)) return 'was rolled back from'
  return state.unserved?.includes(number) ? 'has never served: another host could not be prepared' : undefined
}

function pythonOf({ served }: InstanceFacts, { venv }: KeptRelease): string {
  const sound = [venv, served].find((each) => each?.sound)
  return (sound ?? venv)?.receipt.python.real ?? 'python3'
}

const nothingServes = (spec: InstanceSpec): VenvoyError =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: 'nothing serves there, so there is nothing to roll back from',
    next: `venvoy deploy ${spec.name}`,
  })

function noRelease(
  spec: InstanceSpec,
  state: InstanceFacts,
  { number: current }: ReleaseReceipt,
  number: number | undefined,
): VenvoyError {
  const isThere = number !== undefined && state.releases.includes(number)
  const before = `there is no release before ${current} to go back to`
  const others = state.releases.filter((each) => each !== current).reverse()
  return new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: number === undefined ? before : isThere ? `release ${number} cannot serve` : `there is no release ${number}`,
    why: [`release ${current} serves`, ...others.map((each) => describe(state, each))],
    next: `deploy what you want instead: venvoy deploy ${spec.name} --ref REVISION`,
  })
}

function describe(state: InstanceFacts, number: number): string {
  const revision = keptAs(state, number)?.receipt.revision
  const flaw = flawOf(state, number)
  return `release ${number}${revision === undefined ? '' : ` is ${revision}`}${flaw === undefined ? '' : `; it ${flaw}`}`
}
