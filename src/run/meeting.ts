import { Barrier } from './barrier.js'

/** Where the hosts of one instance wait for one another: before the switch, and behind it, whether it went well everywhere. */
export interface Meeting {
  readonly prepared: Barrier
  readonly passed: Barrier
}

interface OnHost {
  readonly host: { readonly name: string }
  readonly instance: string
  /** The hosts of its instance do not wait for one another. */
  readonly alone?: boolean
}

/** One for each instance. `mostMissing`: with so many hosts that are missing, none goes on. */
export function meetingsOf(works: readonly OnHost[], mostMissing: number): Map<string, Meeting> {
  return new Map(
    works.map(({ instance }) => {
      const hosts = works.filter((work) => work.instance === instance && !work.alone).map(({ host }) => host.name)
      return [instance, { prepared: new Barrier(hosts, mostMissing), passed: new Barrier(hosts, mostMissing) }]
    }),
  )
}
