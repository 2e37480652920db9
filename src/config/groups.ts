import { describeCircle } from './circle.js'
import type { Path } from './diagnostic.js'
import type { Findings } from './findings.js'
import type { FileInput, GroupInput } from './schema.js'
import type { HostSpec } from './spec.js'
import { suggest } from './suggest.js'

export type Groups = Readonly<Record<string, readonly string[]>>

/** What names of hosts and groups can mean. */
export interface Inventory {
  readonly hosts: readonly HostSpec[]
  readonly groups: Groups
}

/** The hosts of each group, those of its groups included, each once. */
export function resolveGroups(written: FileInput['groups'], hosts: readonly string[], findings: Findings): Groups {
  const members = new Map(Object.entries(written ?? {}).map(([name, group]) => [name, membersOf(group)]))
  const hostNames = new Set(hosts)

  for (const name of members.keys())
    if (hostNames.has(name)) findings.report(['groups', name], `${name} is a host already`, { isKey: true })

  const known = [...hostNames, ...members.keys()]
  const done = new Map<string, string[]>()

  function hostsOf(group: string, open: readonly string[]): string[] {
    const before = done.get(group)
    if (before) return before
    const found = members.get(group)!.flatMap((name, i) => {
      const path = memberPath(group, written![group]!, i)
      if (hostNames.has(name)) return [name]
      if (!members.has(name)) reportUnknown(name, 'host or group', known, path, findings)
      else if (open.includes(name)) findings.report(path, describeCircle(open, name))
      else return hostsOf(name, [...open, name])
      return []
    })
    const hosts = [...new Set(found)]
    done.set(group, hosts)
    return hosts
  }

  return Object.fromEntries([...members.keys()].map((name) => [name, hostsOf(name, [name])]))
}

/** The names that a group is made of, as written. */
export const membersOf = (group: GroupInput): string[] =>
  typeof group === 'string' || Array.isArray(group) ? [group].flat() : [group.hosts].flat()

function memberPath(name: string, group: GroupInput, i: number): Path {
  const isMap = typeof group === 'object' && !Array.isArray(group)
  return isMap ? itemPath(['groups', name, 'hosts'], group.hosts, i) : itemPath(['groups', name], group, i)
}

/** What the groups of a host say for it, in the file's order, with where they say it. */
export function groupLayers<K extends 'env' | 'vars'>(key: K, host: string, file: FileInput, groups: Groups) {
  return groupMapsOf(host, file, groups).map(([name, group]) => [group[key], ['groups', name, key]] as const)
}

/** The groups of a host that are maps, in the file's order. */
export const groupMapsOf = (host: string, file: FileInput, groups: Groups) =>
  Object.entries(file.groups ?? {}).flatMap(([name, group]) => {
    const isMap = typeof group === 'object' && !Array.isArray(group)
    return isMap && groups[name]?.includes(host) ? [[name, group] as const] : []
  })

/** Names of hosts and groups as the hosts that they stand for, each once, in order. */
export function hostsNamed(
  names: string | readonly string[],
  { hosts, groups }: Inventory,
  path: Path,
  findings: Findings,
): HostSpec[] {
  const found = [names].flat().flatMap((name, i) => {
    if (hosts.some((host) => host.name === name)) return [name]
    if (Object.hasOwn(groups, name)) return groups[name]!
    const known = [...hosts.map((host) => host.name), ...Object.keys(groups)]
    reportUnknown(name, 'host or group', known, itemPath(path, names, i), findings)
    return []
  })
  return [...new Set(found)].flatMap((name) => hosts.find((host) => host.name === name) ?? [])
}

/** A name that means nothing, unless what it means has been reported for another mistake. */
export function reportUnknown(
  name: string,
  kind: string,
  known: readonly string[],
  path: Path,
  findings: Findings,
): void {
  if (findings.isDoubted(name)) return
  findings.report(path, `unknown ${kind} ${JSON.stringify(name)}`, { hint: suggest(name, known) })
}

/** The path of one of several, or of the only one, which needs no list. */
export function itemPath(path: Path, written: unknown, i: number): Path {
  return Array.isArray(written) ? [...path, i] : path
}
