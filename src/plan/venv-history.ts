import type { BuiltVenv, InstanceFacts } from '../facts/facts.js'
import { activeVenv, type VenvTime, venvTimes } from '../operations/venv-times.js'

/** What the columns of `venvoy venv history` are called, the telling ones first: a narrow terminal cuts the last. */
export const venvHistoryColumns = [
  ...(['when', 'instance', 'host', 'what', 'venv', 'state'] as const),
  ...(['python', 'from', 'packages', 'by'] as const),
]

/** The venvs that an instance has had on a host, the newest first, and those that were built and have never served. */
export function describeVenvHistory(instance: string, host: string, state: InstanceFacts, lines: number): string[][] {
  const built = state.built ?? []
  const times = venvTimes(state)
  const isTold = ({ receipt }: BuiltVenv) => times.some(({ fingerprint }) => fingerprint === receipt.fingerprint)
  const others = built
    .filter((venv) => !isTold(venv))
    .map(({ receipt }) => ({ when: receipt.created, how: 'built', fingerprint: receipt.fingerprint, by: '' }))
  const all = [...times.reverse(), ...others].sort((a, b) => (a.when < b.when ? 1 : a.when > b.when ? -1 : 0))
  return all.slice(0, lines).map((time) => [time.when, instance, host, ...row(time, state)])
}

function row({ how, fingerprint, by }: VenvTime, state: InstanceFacts): string[] {
  const own = [...(state.built ?? []), ...(state.served ? [state.served] : [])]
  const venv = own.findLast(({ receipt }) => receipt.fingerprint === fingerprint)
  const { python, lockfile, installed } = venv?.receipt ?? {}
  const isActive = activeVenv(state)?.receipt.fingerprint === fingerprint
  const kept = venv === undefined ? 'removed' : venv.sound ? 'there' : 'not to be used'
  const from = venv === undefined ? '' : (lockfile ?? 'not locked')
  const packages = installed === undefined ? '' : String(installed.length)
  return [how, fingerprint, isActive ? 'active' : kept, python?.version ?? '', from, packages, by]
}
