import type { InstanceFacts } from '../facts/facts.js'
import { type ToldSwitch, toldSwitches } from '../operations/switches.js'

/** What the columns of `venvoy history` are called. */
export const historyColumns = ['when', 'instance', 'host', 'what', 'release', 'revision', 'venv', 'by', 'run'] as const

/** The switches of an instance on a host. */
export interface Switches {
  readonly instance: string
  readonly host: string
  readonly state: InstanceFacts
}

/**
 * The switches of all instances and hosts, the newest first. Those of one instance on one host stay in the order in which they
 * happened, whatever its clock did.
 */
export function describeHistory(all: readonly Switches[]): string[][] {
  const rest = all.map((each) => ({ ...each, entries: toldSwitches(each.state).reverse() }))
  const rows: string[][] = []
  for (;;) {
    const heads = rest.filter(({ entries }) => entries.length > 0)
    const [first, ...others] = heads
    if (first === undefined) return rows
    const newest = others.reduce((a, b) => (a.entries[0]!.entry.when >= b.entries[0]!.entry.when ? a : b), first)
    rows.push(row(newest, newest.entries.shift()!))
  }
}

function row({ instance, host }: Switches, { entry, happened }: ToldSwitch): string[] {
  const { when, how, from, to, revision, venv, by, run = '' } = entry
  const release = from === null ? String(to) : `${from} → ${to}`
  return [when, instance, host, happened ? how : `${how}, did not last`, release, revision, venv, by, run]
}
