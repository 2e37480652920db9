import type { InstanceFacts } from '../facts/facts.js'
import type { SwitchEntry } from '../facts/journal-entries.js'

/** A line of the journal. */
export interface ToldSwitch {
  readonly entry: SwitchEntry
  /** Whether the switch happened: it is written down before. */
  readonly happened: boolean
}

/** The journal of an instance, the oldest line first: the next line begins where a switch led that happened. */
export function toldSwitches({ switches = [], current }: InstanceFacts): ToldSwitch[] {
  return switches.map((entry, i) => {
    const after = i + 1 < switches.length ? switches[i + 1]!.from : current?.number
    return { entry, happened: after === entry.to }
  })
}
