import type { InstanceFacts, SwitchEntry } from '../facts/facts.js'

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
  const rest = all.map((each) => ({ ...each, entries: told(each.state).reverse() }))
  const rows: string[][] = []
  for (;;) {
    const heads = rest.filter(({ entries }) => entries.length > 0)
    const [first, ...others] = heads
    if (first === undefined) return rows
    const newest = others.reduce((a, b) => (a.entries[0]!.entry.when >= b.entries[0]!.entry.when ? a : b), first)
    rows.push(row(newest, newest.entries.shift()!))
  }
}

interface Told {
  readonly entry: SwitchEntry
  /** Whether the switch happened: it is written down before. */
  readonly happened: boolean
}

function told({ switches = [], current }: InstanceFacts): Told[] {
  return switches.map((entry, i) => {
    const after = i + 1 < switches.length ? switches[i + 1]!.from : current?.number
    return { entry, happened: after === entry.to }
  })
}

function row({ instance, host }: Switches, { entry, happened }: Told): string[] {
  const { when, how, from, to, revision, venv, by, run = '' } = entry
  const release = from === null ? String(to) : `${from} → ${to}`
  return [when, instance, host, happened ? how : `${how}, did not last`, release, revision, venv, by, run]
}
