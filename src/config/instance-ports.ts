import type { Path } from './diagnostic.js'
import { Findings } from './findings.js'
import type { Written } from './instance-names.js'
import { layer } from './names.js'
import type { Neighbour } from './neighbour.js'
import type { Scalar } from './scalar.js'
import type { Reading, Scope } from './scope.js'
import type { InstanceSpec } from './spec.js'
import { portNumber } from './values.js'

/** Numbers for the ports that the host gives out, by their names. */
export type GivenPorts = Readonly<Record<string, number>>

type PortDefinitions = ReadonlyMap<string, { readonly value: Scalar; readonly path: Path }>

/** What `{{ port }}` and `{{ ports.web }}` stand for, as written; `auto` is what was given out. */
export function definitionsOfPorts(written: Written, given: GivenPorts): PortDefinitions {
  return new Map(
    [...writtenPorts(written)].map(([name, { value, path }]) => {
      return [name === 'port' ? name : `ports.${name}`, { value: value === 'auto' ? (given[name] ?? 0) : value, path }]
    }),
  )
}

export function portsOf(definitions: PortDefinitions, scope: Scope): Record<string, number> {
  const ports = [...definitions].map(([name, { value, path }]) => {
    return [name.replace('ports.', ''), scope.checked(portNumber, value, path) ?? 0] as const
  })
  return Object.fromEntries(ports)
}

/** By their names in a spec. */
function writtenPorts({ key, input }: Written): PortDefinitions {
  const ports = new Map(layer<Scalar>([input.ports, ['instances', key, 'ports']]))
  if (input.port !== undefined) ports.set('port', { value: input.port, path: ['instances', key, 'port'] })
  return ports
}

/** The spec of an instance; where the host is to give out ports of its, it can be made again when they are known. */
export function withAutoPorts(
  written: Written,
  reading: Reading,
  resolve: (ports: GivenPorts, reading: Reading) => InstanceSpec,
): InstanceSpec {
  const auto = [...writtenPorts(written)].filter(([, { value }]) => value === 'auto')
  const names = auto.map(([name]) => name)
  const examples = (first: number) => Object.fromEntries(names.map((name, i) => [name, first + i]))
  const spec = resolve(examples(1), reading)
  if (auto.length === 0) return spec
  // What is wrong with it has been reported.
  const again = (ports: GivenPorts) => resolve(ports, { ...reading, findings: new Findings() })
  const isFixed = placeOf(spec) === placeOf(again(examples(60001)))
  if (!isFixed)
    for (const [, { path }] of auto)
      reading.findings.report(path, 'is auto: the folder, the venv and the source of the instance cannot depend on it')
  return { ...spec, autoPorts: { names, with: again } }
}

/** What has to be known before the host is asked. */
const placeOf = ({ to, venv, source }: InstanceSpec): string => JSON.stringify([to, venv, source])

/** The specs of a file, each with what the others want of its host. */
export function withNeighbours(specs: readonly InstanceSpec[]): InstanceSpec[] {
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const neighbours = new Map(hosts.map((host) => [host, neighboursOn(specs.filter((spec) => spec.host === host))]))
  return specs.map((spec) =>
    Object.keys(spec.ports).length === 0 ? spec : { ...spec, neighbours: neighbours.get(spec.host)! },
  )
}

const neighboursOn = (specs: readonly InstanceSpec[]): Neighbour[] =>
  specs.map((spec) => ({ name: spec.name, to: spec.to, ports: saidPorts(spec), auto: spec.autoPorts?.names ?? [] }))

/** Those that the file says, and not the host. */
const saidPorts = ({ ports, autoPorts }: InstanceSpec): number[] =>
  Object.entries(ports).flatMap(([name, port]) => (autoPorts?.names.includes(name) ? [] : [port]))
