import { posix } from 'node:path'
import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { BuiltVenv, InstanceFacts } from '../facts/facts.js'
import { changeLines, shortened } from '../lock/changes.js'
import type { CheckVenvInput, RenewReleaseInput } from '../remote/instance-input.js'
import { noVenv } from './no-venv.js'
import { placeOf } from './state.js'
import type { HelperStep } from './step.js'
import { activeVenv, venvsBefore, venvTimes } from './venv-times.js'

/** Lines about packages that a plan shows. */
const most = 30

/** The venv that comes back, and what is passed over on the way to it. */
export interface VenvRollback {
  readonly venv: BuiltVenv
  /** The one that it takes the place of, where that still has a receipt. */
  readonly instead?: BuiltVenv
  readonly notes: readonly string[]
}

/**
 * The venv that the instance had before the present one, or the one whose fingerprint begins with `wanted`. Nothing where that
 * is the present one. Throws where there is none that could serve.
 */
export function venvRollbackOf(spec: InstanceSpec, state: InstanceFacts, wanted?: string): VenvRollback | undefined {
  const active = activeVenv(state)
  if (active === undefined && state.current === undefined) throw noVenv(spec)
  const before = venvsBefore(venvTimes(state))
  const fingerprint = wanted === undefined ? before.find((each) => flawOf(state, each) === undefined) : wanted
  if (fingerprint === undefined) throw noneBefore(spec, state, before)
  const found = wanted === undefined ? newestOf(state, fingerprint) : named(spec, state, wanted)
  if (found === undefined || found.path === active?.path) return undefined
  const passed = wanted === undefined ? before.slice(0, before.indexOf(fingerprint)) : []
  return {
    venv: found,
    ...(active && { instead: active }),
    notes: passed.map((each) => `venv ${each} is passed over: it ${flawOf(state, each) ?? ''}`),
  }
}

/** Looks at the venv on the host before any host is switched: its interpreter must start. */
export function checkVenv({ venv, instead }: VenvRollback): HelperStep {
  const { fingerprint, python, lockfile, created, installed } = venv.receipt
  const changes = instead ? changeLines(instead.receipt.installed, installed) : []
  return {
    kind: 'helper',
    title: `check venv ${fingerprint}: Python ${python.version}${lockfile ? `, ${lockfile}` : ''}`,
    lines: [`built ${created}`, ...shortened(changes, most)],
    python: python.real,
    action: 'check-venv',
    input: { venv: venv.path } satisfies CheckVenvInput,
  }
}

/** A release of the files that serve, with that venv: one rename is to switch both. Throws where nothing serves. */
export function renewRelease(
  spec: InstanceSpec,
  state: InstanceFacts,
  { venv }: VenvRollback,
  by: string,
): { readonly number: number; readonly step: HelperStep } {
  if (state.current === undefined) throw noVenv(spec)
  const from = state.current.number
  const number = Math.max(...state.releases) + 1
  const step: HelperStep = {
    kind: 'helper',
    title: `make release ${number}: the files of release ${from}, with venv ${venv.receipt.fingerprint}`,
    lines: [state.current.revision],
    python: venv.receipt.python.real,
    action: 'renew-release',
    input: {
      ...{ to: state.to, number, from, venv: venv.path, by },
      generation: state.generation,
    } satisfies RenewReleaseInput,
  }
  return { number, step }
}

/** The venvs of a fingerprint; a number behind it is a newer one beside one that must not be used again. */
const builtAs = ({ built = [] }: InstanceFacts, fingerprint: string): BuiltVenv[] =>
  built.filter(({ receipt }) => receipt.fingerprint === fingerprint)

const newestOf = (state: InstanceFacts, fingerprint: string): BuiltVenv | undefined =>
  builtAs(state, fingerprint).findLast(({ sound }) => sound)

/** Why a venv cannot come back. */
function flawOf(state: InstanceFacts, fingerprint: string): string | undefined {
  if (newestOf(state, fingerprint) !== undefined) return undefined
  return builtAs(state, fingerprint).length === 0 ? 'was removed' : 'is no longer as it was built'
}

function named(spec: InstanceSpec, state: InstanceFacts, wanted: string): BuiltVenv {
  const all = [...new Set((state.built ?? []).map(({ receipt }) => receipt.fingerprint))]
  const fitting = all.filter((each) => each.startsWith(wanted))
  const [fingerprint] = fitting
  if (fitting.length > 1) throw unclear(spec, wanted, fitting)
  const found = fingerprint === undefined ? undefined : newestOf(state, fingerprint)
  if (found !== undefined) return found
  const flaw = fingerprint === undefined ? undefined : flawOf(state, fingerprint)
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: flaw === undefined ? `there is no venv ${wanted}` : `venv ${fingerprint} ${flaw}`,
    why: all.length === 0 ? ['there is none at all'] : ['there are:', ...all.map((each) => `  ${each}`)],
    next: `see what there was: venvoy venv history ${spec.name}`,
  })
}

const unclear = (spec: InstanceSpec, wanted: string, fitting: readonly string[]): VenvoyError =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `several venvs begin with ${wanted}`,
    why: fitting.map((each) => `  ${each}`),
    next: 'write more of the fingerprint',
  })

function noneBefore(spec: InstanceSpec, state: InstanceFacts, before: readonly string[]): VenvoyError {
  const others = (state.built ?? []).filter(({ sound, path }) => sound && path !== activeVenv(state)?.path)
  return new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: 'there is no venv before this one to go back to',
    why: [
      ...before.map((each) => `venv ${each} ${flawOf(state, each) ?? ''}`),
      ...others.map(({ path, receipt }) => `venv ${posix.basename(posix.dirname(path))} was built ${receipt.created}`),
    ],
    next:
      others.length === 0
        ? `deploy the requirements that you want: venvoy deploy ${spec.name} --ref REVISION`
        : `name one: venvoy venv rollback ${spec.name} --to ${others[0]!.receipt.fingerprint}`,
  })
}
