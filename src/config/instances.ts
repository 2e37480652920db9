import { path as homePath, type Word } from '../shell/command.js'
import { resolveCron } from './cron.js'
import { type EnvValue, envOf, envOfNames } from './env.js'
import type { Findings } from './findings.js'
import { given } from './given.js'
import { type Groups, groupLayers, hostsNamed, type Inventory } from './groups.js'
import { resolveHealth } from './health.js'
import { varsOf } from './hosts.js'
import { pathIn, type Written } from './instance-names.js'
import { definitionsOfPorts, type GivenPorts, portsOf, withAutoPorts } from './instance-ports.js'
import { type Definition, layer, resolveNames } from './names.js'
import { rolloutOf } from './rollout.js'
import type { Scalar } from './scalar.js'
import type { DeployInput, FileInput, VenvInput } from './schema.js'
import { type Reading, Scope } from './scope.js'
import { resolveKeeper, resolveServices } from './services.js'
import { resolveShared } from './shared-paths.js'
import { resolveSource } from './source.js'
import type { HostSpec, InstanceSpec, VenvSpec } from './spec.js'
import { resolveHooks } from './steps.js'
import { resolveTemplates } from './templates.js'
import { hostPath } from './values.js'
import { defaultHome, resolveVenv } from './venv.js'
import { resolveVia } from './via.js'
import { resolveWrappers } from './wrappers.js'

/** One spec for each of the instance's hosts. */
export function resolveInstance(
  written: Written,
  file: FileInput,
  inventory: Inventory,
  reading: Reading,
): InstanceSpec[] {
  const { key, input } = written
  const path = ['instances', key]
  const { findings } = reading
  const hosts = hostsNamed(input.hosts ?? [], inventory, [...path, 'hosts'], findings)
  if (hosts.length === 0 && !findings.isDoubted('hosts')) reportNoHost(written, inventory, findings)
  return hosts.map((host, i) =>
    withAutoPorts(written, reading, (ports, on) =>
      resolveOn(host, i === 0, { written, ports }, file, inventory.groups, on),
    ),
  )
}

function reportNoHost({ key, input }: Written, { hosts, groups }: Inventory, findings: Findings): void {
  const path = ['instances', key, 'hosts']
  const hint = hosts.length === 0 ? 'and no hosts are named yet' : `such as hosts: [${hosts[0]!.name}]`
  if (input.hosts === undefined) findings.report(path, 'is missing', { hint })
  // Unknown names are reported as such.
  else if ([input.hosts].flat().every((name) => Object.hasOwn(groups, name))) findings.report(path, 'names no host')
}

function resolveOn(
  host: HostSpec,
  first: boolean,
  { written, ports }: { readonly written: Written; readonly ports: GivenPorts },
  file: FileInput,
  groups: Groups,
  reading: Reading,
): InstanceSpec {
  const { name, key, input } = written
  const definedPorts = definitionsOfPorts(written, ports)
  const names = resolveNames(definitionsOf(host, written, file, groups, definedPorts), reading.findings)
  const place = { host: host.name, instance: name }
  const scope = new Scope(names, reading.findings, reading.secretFor(place))
  const ofSource = new Scope(names, reading.findings, reading.secretFor({ ...place, use: 'source' }))
  const deploy: DeployInput = { ...file.deploy, ...input.deploy }
  const steps = (field: 'before_switch' | 'after_switch') =>
    resolveHooks(deploy[field] ?? [], pathIn(written, 'deploy', field), scope, file.tasks ?? {})
  const venvPath = (field: keyof VenvInput) => pathIn(written, 'venv', field)
  const venv = resolveVenv(file.venv ?? {}, input.venv ?? {}, venvPath, scope)
  const env = envOfInstance(host, written, file, groups, scope, venv)
  const shared = resolveShared(deploy.shared ?? [], pathIn(written, 'deploy', 'shared'), scope)
  const to = deploy.to ?? `${venv.projectHome ?? '~/apps'}/{{ project }}-{{ instance }}`
  const source = resolveSource(file.source, input.source, key, ofSource)
  const folder = scope.checkedText(hostPath, to, pathIn(written, 'deploy', 'to')).replace(/\/+$/, '')
  const cron = input.cron ?? file.cron
  return given({
    project: file.project,
    name,
    host,
    first,
    ports: portsOf(definedPorts, scope),
    vars: varsOf(names),
    env,
    source,
    venv,
    to: folder,
    services: resolveServices(file, input, key, scope),
    serviceKeeper: resolveKeeper(file, input, key, scope),
    cron: cron && resolveCron(cron, input.cron === undefined ? ['cron'] : ['instances', key, 'cron'], scope),
    wrappers: deploy.wrappers && resolveWrappers(deploy.wrappers, pathIn(written, 'deploy', 'wrappers'), scope, folder),
    rollout: rolloutOf(deploy),
    shared,
    templates:
      deploy.templates &&
      resolveTemplates(deploy.templates, pathIn(written, 'deploy', 'templates'), scope, { env, shared }),
    via: resolveVia(deploy.via, pathIn(written, 'deploy', 'via'), { name, source }, reading.findings),
    writable: deploy.writable || undefined,
    keep: deploy.keep ?? 5,
    beforeSwitch: steps('before_switch'),
    afterSwitch: steps('after_switch'),
    health: resolveHealth(deploy.health, pathIn(written, 'deploy', 'health'), scope),
  })
}

function definitionsOf(
  host: HostSpec,
  written: Written,
  file: FileInput,
  groups: Groups,
  ports: ReadonlyMap<string, Definition>,
): Map<string, Definition> {
  const { name, key, input } = written
  const ofHost = file.hosts?.[host.name]
  const hostVars = typeof ofHost === 'object' ? ofHost?.vars : undefined
  const vars = layer<Scalar>(
    [file.vars, ['vars']],
    ...groupLayers('vars', host.name, file, groups),
    [hostVars, ['hosts', host.name, 'vars']],
    [input.vars, ['instances', key, 'vars']],
  )
  return new Map<string, Definition>([
    ['project', { value: file.project }],
    ['instance', { value: name }],
    ['host.name', { value: host.name }],
    ['host.address', { value: host.local ? 'localhost' : (host.address ?? host.name) }],
    ...ports,
    ...[...vars].map(([key, definition]) => [`vars.${key}`, definition] as const),
  ])
}

/** What `{{ }}` knows, then the top level, the groups, the host and the instance, the later over the earlier. */
function envOfInstance(
  host: HostSpec,
  { key, input }: Written,
  file: FileInput,
  groups: Groups,
  scope: Scope,
  { home, projectHome }: VenvSpec,
) {
  const ofHost = file.hosts?.[host.name]
  const written = layer<EnvValue>(
    [file.env, ['env']],
    ...groupLayers('env', host.name, file, groups),
    [typeof ofHost === 'object' ? ofHost?.env : undefined, ['hosts', host.name, 'env']],
    [input.env, ['instances', key, 'env']],
  )
  const homes: Record<string, Word> = {
    ...(home !== defaultHome && { WORKON_HOME: homePath(home) }),
    ...(projectHome !== undefined && { PROJECT_HOME: homePath(projectHome) }),
  }
  return { ...envOfNames(scope.names), ...homes, ...envOf(written, scope) }
}
