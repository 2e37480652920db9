import { VenvoyError } from '../errors.js'
import type { Config } from './config.js'
import { expandName } from './expand-name.js'
import { isInShard } from './in-shard.js'
import type { Shard } from './shard.js'
import type { HostSpec, InstanceSpec } from './spec.js'
import { suggest } from './suggest.js'

/** Names and patterns from the command line. None of a kind: no limit by that kind. */
export interface Selection {
  readonly instances: readonly string[]
  readonly hosts: readonly string[]
  readonly groups: readonly string[]
  /** Names of hosts, groups or instances. */
  readonly exclude: readonly string[]
  /** Of what is selected only this part: instances whole, with all their hosts, because these wait for one another. */
  readonly shard?: Shard | undefined
}

/** The instances of a selection, each on each of its hosts. A name that means nothing is an error of kind `config`. */
export function selectInstances(config: Config, selection: Selection): InstanceSpec[] {
  const isSelected = matcher(config, selection)
  const selected = config.instances.filter((instance) => isSelected(instance.host.name, instance.name))
  if (selected.length === 0 && config.instances.length > 0) throw nothingSelected('instance', selection)
  return selected.filter(({ name }) => isInShard(selection.shard, name))
}

/** The hosts of a selection; instances stand for the hosts that they run on. */
export function selectHosts(config: Config, selection: Selection): HostSpec[] {
  const isSelected = matcher(config, { ...selection, instances: [] })
  const ofInstances = matchNames('instance', selection.instances, instanceNames(config))
  const selected = config.hosts.filter(({ name }) => {
    const runsOne = config.instances.some((each) => each.host.name === name && ofInstances.has(each.name))
    return isSelected(name) && (selection.instances.length === 0 || runsOne)
  })
  if (selected.length === 0 && config.hosts.length > 0) throw nothingSelected('host', selection)
  return selected.filter(({ name }) => isInShard(selection.shard, name))
}

function matcher(config: Config, { instances, hosts, groups, exclude }: Selection) {
  const wantedInstances = matchNames('instance', instances, instanceNames(config))
  const wantedHosts = matchNames(
    'host',
    hosts,
    config.hosts.map(({ name }) => name),
  )
  for (const name of hostsOf(config, matchNames('group', groups, Object.keys(config.groups)))) wantedHosts.add(name)
  const excluded = matchNames('host, group or instance', exclude, allNames(config))
  const excludedHosts = new Set([...excluded, ...hostsOf(config, excluded)])
  const isLimited = hosts.length + groups.length > 0
  return (host: string, instance?: string): boolean => {
    if (excludedHosts.has(host) || (instance !== undefined && excluded.has(instance))) return false
    if (isLimited && !wantedHosts.has(host)) return false
    return instances.length === 0 || instance === undefined || wantedInstances.has(instance)
  }
}

/** The names that the patterns mean; a pattern that means none is an error. */
function matchNames(kind: string, patterns: readonly string[], names: readonly string[]): Set<string> {
  const matches = patterns.flatMap(writtenOut).flatMap((pattern) => {
    const found = names.filter((name) => (pattern.includes('*') ? globToRegExp(pattern).test(name) : name === pattern))
    if (found.length === 0) throw unknownName(kind, pattern, names)
    return found
  })
  return new Set(matches)
}

/** Several at once, as deploy.yml names them: `client-{1..5}`. */
function writtenOut(pattern: string): readonly string[] {
  const expanded = expandName(pattern)
  if ('names' in expanded) return expanded.names
  throw new VenvoyError({ kind: 'config', what: `${JSON.stringify(pattern)} ${expanded.problem}` })
}

/** `web*.example` → /^web.*\.example$/ */
function globToRegExp(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

function unknownName(kind: string, name: string, known: readonly string[]): VenvoyError {
  const what = name.includes('*')
    ? `no ${kind} is called like ${JSON.stringify(name)}`
    : `unknown ${kind} ${JSON.stringify(name)}`
  const meant = suggest(name, known)
  const all = known.length === 0 ? `the file has no ${kind}` : `there are: ${shortened(known).join(', ')}`
  const isMeant = meant.startsWith('did')
  // A host need not be in the file; whoever means another one says so. `web9.example.com`, not `..`
  const next =
    kind === 'host' && !isMeant && /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name)
      ? { next: `-H USER@${name} takes a host that is in no file` }
      : {}
  return new VenvoyError({ kind: 'config', what, why: isMeant ? [meant, all] : [all], ...next })
}

const mostShown = 30

const shortened = (names: readonly string[]): readonly string[] =>
  names.length > mostShown
    ? [...names.slice(0, mostShown), `and ${names.length - mostShown} more (venvoy list)`]
    : names

function nothingSelected(kind: string, { instances, hosts, groups, exclude }: Selection): VenvoyError {
  const said = [
    ...instances.map((name) => `-i ${name}`),
    ...hosts.map((name) => `-H ${name}`),
    ...groups.map((name) => `-g ${name}`),
    ...exclude.map((name) => `-x ${name}`),
  ]
  return new VenvoyError({ kind: 'config', what: `no ${kind} is left by ${said.join(' ')}` })
}

function hostsOf(config: Config, groups: Iterable<string>): string[] {
  return [...groups].flatMap((name) => (Object.hasOwn(config.groups, name) ? config.groups[name]! : []))
}

function allNames(config: Config): string[] {
  return [
    ...new Set([...config.hosts.map(({ name }) => name), ...Object.keys(config.groups), ...instanceNames(config)]),
  ]
}

function instanceNames(config: Config): string[] {
  return [...new Set(config.instances.map(({ name }) => name))]
}
