import type { Keeper } from '../config/service-spec.js'
import type { Records } from './records.js'

/** What `<to>/run` noted of a service when it last started. */
export interface ServiceNote {
  readonly name: string
  /** The number of the release that it runs. */
  readonly release: number
  /** Seconds since 1970, by the host's clock. */
  readonly since: number
  /** Whether that very process is there. */
  readonly alive: boolean
}

/** What a release has for `<to>/run`, beside its env. */
export interface SettingsReceipt {
  readonly v: 1
  /** What keeps its services, if it has any. */
  readonly manager?: Keeper
  /** Digests, by the names of services. */
  readonly services: Readonly<Record<string, { readonly command: string; readonly unit: string }>>
  /** Of what cron runs, likewise. */
  readonly cron?: Readonly<Record<string, string>>
  /** By the paths of wrappers. */
  readonly wrappers?: Readonly<Record<string, WrapperNote>>
}

/** Digests: of what the file is made of, and of the command that it leads to. */
export interface WrapperNote {
  readonly file: string
  readonly command?: string
}

/** What the probe told of the services of an instance. */
export function readNotes(records: Records, instance: string): ServiceNote[] {
  const own = records('service').filter(([of]) => of === instance)
  return own.flatMap(([, name = '', release, since, alive]) => {
    const note = { name, release: Number(release), since: Number(since), alive: alive === 'yes' }
    return Number.isSafeInteger(note.release) && Number.isSafeInteger(note.since) ? [note] : []
  })
}
