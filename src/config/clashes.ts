import type { Path } from './diagnostic.js'
import type { Findings } from './findings.js'
import { pathIn, type Written } from './instance-names.js'
import type { InstanceSpec } from './spec.js'

/** What only one instance of a host can have. */
interface Claim {
  readonly what: string
  readonly value: string
  readonly path: Path
}

/** Reports instances that would overwrite each other: the same folder, venv, port, wrapper or unit of a manager on one host. */
export function reportClashes(
  instances: readonly { spec: InstanceSpec; written: Written }[],
  findings: Findings,
): void {
  const owners = new Map<string, string>()
  for (const { spec, written } of instances)
    for (const { what, value, path } of claimsOf(spec, written)) {
      const claim = JSON.stringify([spec.host.name, what, value])
      const owner = owners.get(claim)
      if (owner === undefined) owners.set(claim, spec.name)
      else findings.report(path, `${value} is also the ${what} of ${owner} on ${spec.host.name}`)
    }
}

function claimsOf(spec: InstanceSpec, written: Written): Claim[] {
  const said = Object.entries(spec.ports).filter(([name]) => !spec.autoPorts?.names.includes(name))
  const ports = said.map(([name, port]) => {
    const field = name === 'port' ? ['port'] : ['ports', name]
    return { what: 'port', value: String(port), path: ['instances', written.key, ...field] }
  })
  const venv = { what: 'venv', value: `${spec.venv.home}/${spec.venv.name}`, path: pathIn(written, 'venv', 'name') }
  const folder = { what: 'folder', value: spec.to.replace(/\/+/g, '/'), path: pathIn(written, 'deploy', 'to') }
  // What could not be filled in is reported already.
  return [folder, venv, ...ports, ...unitsOf(spec, written), ...wrappersOf(spec, written)].filter(
    ({ value }) => value !== '0' && value !== '' && !value.endsWith('/'),
  )
}

/** Pid files are in the folder of the instance: they cannot clash. */
function unitsOf({ project, name, services = [], serviceKeeper }: InstanceSpec, { key, input }: Written): Claim[] {
  if (serviceKeeper?.use === 'pidfile') return []
  return services.map((service) => {
    const field = ['services', service.name]
    const path = input.services?.[service.name] === undefined ? field : ['instances', key, ...field]
    return { what: 'unit', value: `${project}-${name}-${service.name}`, path }
  })
}

/** Two of one instance that have the same name are reported already. */
function wrappersOf({ wrappers = [] }: InstanceSpec, written: Written): Claim[] {
  const path = pathIn(written, 'deploy', 'wrappers')
  return wrappers.flatMap(({ name, to }, i) =>
    wrappers.findIndex((other) => other.name === name) < i
      ? []
      : [{ what: 'wrapper', value: to.replace(/\/+/g, '/'), path: [...path, i, 'to'] }],
  )
}
