import type { Neighbour } from '../config/neighbour.js'
import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts } from '../facts/facts.js'
import type { GivenPort, PortFacts } from '../facts/port-facts.js'
import type { PortsInput } from '../remote/instance-input.js'
import { absolute } from './absolute.js'
import { placeOf, stateOf } from './state.js'
import type { HelperStep } from './step.js'

/** Where ports are given out: below those that systems take for outgoing connections. */
const range = { first: 20_000, last: 29_999 }

/**
 * The spec with the ports that its instance has on the host, or would get there. All that the file wants of the host is reckoned
 * with, in its order: so instances that are deployed at once, or by different people, agree.
 */
export function settlePorts(spec: InstanceSpec, facts: HostFacts): InstanceSpec {
  const { autoPorts, neighbours = [] } = spec
  if (autoPorts === undefined) return spec
  const { given, listening } = portsIn(facts)
  const own = stateOf(spec, facts).to
  const has = new Map(given.map(({ to, name, port }) => [`${name} ${to}`, port]))
  const taken = new Set([
    ...given.map(({ port }) => port),
    ...listening,
    ...neighbours.flatMap(({ ports: said }) => said),
  ])
  const ports: Record<string, number> = {}
  let next = range.first
  for (const { to, name } of neighbours.flatMap(({ to, auto }) => auto.map((name) => ({ to, name })))) {
    const folder = to === spec.to ? own : absolute(to, facts)
    const known = has.get(`${name} ${folder}`)
    while (known === undefined && taken.has(next)) next += 1
    const port = known ?? next
    taken.add(port)
    if (to === spec.to) ports[name] = port
  }
  if (next > range.last) throw noneLeft(spec)
  return settledAs(spec, autoPorts.with(ports))
}

/** The spec with the ports that its instance has. Throws where none were given out yet. */
export function knownPorts(spec: InstanceSpec, facts: HostFacts): InstanceSpec {
  const { autoPorts } = spec
  if (autoPorts === undefined) return spec
  const own = portsOf(portsIn(facts).given, stateOf(spec, facts).to)
  const lacking = autoPorts.names.find((name) => own[name] === undefined)
  if (lacking !== undefined) throw notDeployed(spec)
  return settledAs(spec, autoPorts.with(own))
}

/** The ports of an instance as far as they are known, by their names. */
export function portsOn(spec: InstanceSpec, facts?: HostFacts): Record<string, number | 'auto'> {
  const own = facts === undefined ? {} : portsOf(portsIn(facts).given, stateOf(spec, facts).to)
  const isAuto = (name: string) => spec.autoPorts?.names.includes(name) === true
  return Object.fromEntries(
    Object.entries(spec.ports).map(([name, port]) => [name, isAuto(name) ? (own[name] ?? 'auto') : port]),
  )
}

/** What was read from its source stays. */
const settledAs = ({ venv, neighbours = [] }: InstanceSpec, settled: InstanceSpec): InstanceSpec => ({
  ...settled,
  venv,
  neighbours,
})

/** Throws where a port of an instance is another's, or something listens on it before the instance was ever deployed. */
export function assertPortsFree(spec: InstanceSpec, facts: HostFacts): void {
  const { given, listening } = portsIn(facts)
  const { to, current } = stateOf(spec, facts)
  const own = Object.values(portsOf(given, to))
  for (const port of Object.values(spec.ports)) {
    const holder = given.find((each) => each.port === port && each.to !== to)
    if (holder !== undefined) throw taken(spec, port, holder, { own, neighbour: neighbourIn(holder.to, spec, facts) })
    if (current === undefined && !own.includes(port) && listening.includes(port)) throw listenedOn(spec, port)
  }
}

/** Takes an instance's ports, so that nobody else's instance gets them. Nothing where it has them already. */
export function takePorts(spec: InstanceSpec, facts: HostFacts, python: string): HelperStep[] {
  const { to } = stateOf(spec, facts)
  const own = portsOf(portsIn(facts).given, to)
  const wanted = Object.entries(spec.ports)
  if (wanted.every(([name, port]) => own[name] === port)) return []
  const named = wanted.map(([name, port]) => (name === 'port' ? `${port}` : `${port} (${name})`))
  const title = `take port${wanted.length > 1 ? 's' : ''} ${named.join(', ')}`
  const input = { to, ports: spec.ports } satisfies PortsInput
  return [{ kind: 'helper', title, lines: [], python, action: 'ports', input, mayMove: true }]
}

const portsIn = ({ ports }: HostFacts): PortFacts => ports ?? { given: [], listening: [] }

const portsOf = (given: readonly GivenPort[], folder: string): Record<string, number> =>
  Object.fromEntries(given.flatMap(({ to, name, port }) => (to === folder ? [[name, port]] : [])))

/** The instance of the file that is in a folder. It wants another port now: that two want the same is a mistake in the file. */
const neighbourIn = (folder: string, { neighbours = [] }: InstanceSpec, facts: HostFacts): Neighbour | undefined =>
  neighbours.find(({ to }) => absolute(to, facts) === folder)

function taken(
  spec: InstanceSpec,
  port: number,
  { to }: GivenPort,
  { own, neighbour }: { readonly own: readonly number[]; readonly neighbour: Neighbour | undefined },
): VenvoyError {
  const { name } = neighbour ?? {}
  const isSwap = neighbour?.ports.some((each) => own.includes(each))
  const known = { kind: 'command', where: placeOf(spec) } as const
  if (name === undefined)
    return new VenvoyError({
      ...known,
      what: `port ${port} is that of the instance in ${to}`,
      why: ['it was given out there, by this file or by another one'],
      next: 'another port, or `auto`; `venvoy remove` of that instance gives it back',
    })
  const why = `deploy.yml has another port for ${name} now, but ${name} serves on ${port} until it is deployed`
  if (!isSwap)
    return new VenvoyError({
      ...known,
      what: `port ${port} is still that of ${name}`,
      why: [why],
      next: `venvoy deploy ${name}, and then venvoy deploy ${spec.name}`,
    })
  return new VenvoyError({
    ...known,
    what: `port ${port} is still that of ${name}, which is to get a port of ${spec.name}`,
    why: [why, 'neither can start where the other one listens'],
    next: `first deploy ${name} with a port that neither has; then say what you want again, and deploy ${spec.name}, then ${name}`,
  })
}

const listenedOn = (spec: InstanceSpec, port: number) =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `something listens on port ${port} already, and the instance was never deployed`,
    next: `another port, or \`auto\`; who it is: ss -ltnp 'sport = :${port}', on the host`,
  })

const noneLeft = (spec: InstanceSpec) =>
  new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `no port from ${range.first} to ${range.last} is left`,
    next: 'remove instances that nobody needs, or name a port',
  })

const notDeployed = (spec: InstanceSpec) =>
  new VenvoyError({
    kind: 'config',
    where: placeOf(spec),
    what: 'it has no port yet: the first deploy gives it out',
    next: `venvoy deploy ${spec.name}`,
  })
