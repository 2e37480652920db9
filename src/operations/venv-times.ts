import type { BuiltVenv, InstanceFacts } from '../facts/facts.js'
import { toldSwitches } from './switches.js'

/** When another venv became that of an instance. */
export interface VenvTime {
  /** ISO 8601, by the host's clock. */
  readonly when: string
  /** `deploy`, `rollback`, `venv-rollback`, `create`. */
  readonly how: string
  readonly fingerprint: string
  readonly by: string
}

/** Which venvs an instance has had, the oldest first: with its releases, and before the first of these by its link. */
export function venvTimes(state: InstanceFacts): VenvTime[] {
  const turns = (state.turns ?? []).map(({ when, how, venv, by }) => ({ when, how, fingerprint: venv, by }))
  const switches = toldSwitches(state)
    .filter(({ happened }) => happened)
    .map(({ entry: { when, how, venv, by } }) => ({ when, how, fingerprint: venv, by }))
  const all = [...turns, ...switches]
  return all.filter(({ fingerprint }, i) => fingerprint !== all[i - 1]?.fingerprint)
}

/** The venv that an instance has now; nothing where there is none with a receipt. */
export function activeVenv({ current, served, built = [], homeEntry }: InstanceFacts): BuiltVenv | undefined {
  return current === undefined ? built.find(({ path }) => path === homeEntry) : served
}

/**
 * The fingerprints that could come back, the likeliest first: each is the one that was left for the next. What a rollback
 * turned away from is not among them, until a deploy takes it again.
 */
export function venvsBefore(times: readonly VenvTime[]): string[] {
  const line: string[] = []
  for (const { how, fingerprint } of times) {
    const at = how.endsWith('rollback') ? line.lastIndexOf(fingerprint) : -1
    if (at >= 0) line.length = at
    line.push(fingerprint)
  }
  return [...new Set(line.slice(0, -1).reverse())].filter((fingerprint) => fingerprint !== line.at(-1))
}
