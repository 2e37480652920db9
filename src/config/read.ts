import { type Secret, secret } from '../shell/command.js'
import { reportClashes } from './clashes.js'
import type { Config } from './config.js'
import { type Diagnostic, sortDiagnostics } from './diagnostic.js'
import { Findings } from './findings.js'
import { resolveGroups } from './groups.js'
import { hostNames, resolveHosts } from './hosts.js'
import { nameInstances } from './instance-names.js'
import { resolveInstance } from './instances.js'
import { type Inventory, withInventories } from './inventory.js'
import { readLayers, type Texts } from './layers.js'
import type { Node } from './node.js'
import type { FileInput, HostInput } from './schema.js'
import type { Reading } from './scope.js'
import { checkTasks, readTasks } from './tasks.js'
import { validate } from './validate.js'

export interface Lookups {
  env(name: string): string | undefined
  /** What `inventory:` asks for, fetched. */
  readonly inventories?: readonly Inventory[]
  /** Hosts from the command line, by whatever was typed. */
  readonly moreHosts?: Readonly<Record<string, HostInput>>
  /** Whether a target's secrets must be set; where not, a missing one is empty. Default: everywhere. */
  needsSecrets?(target: { host: string; instance?: string }): boolean
}

export interface Reply {
  /** Absent if there is any diagnostic. */
  readonly config?: Config
  /** All mistakes, by place. */
  readonly diagnostics: readonly Diagnostic[]
  /** What people should know, one line each: that an overlay applies. */
  readonly notes: readonly string[]
}

/** From the text of deploy.yml to specs with nothing left to look up, or to all that is wrong with it. */
export function readConfig(texts: Texts, lookups: Lookups): Reply {
  const { root: own, diagnostics, files: ownFiles, notes } = readLayers(texts)
  if (own === undefined) return { diagnostics: sortDiagnostics(diagnostics, ownFiles), notes }
  const { inventories = [] } = lookups
  const root = withInventories(own, inventories)
  const files = [...ownFiles, ...inventories.map(({ source }) => source)]
  const findings = new Findings(root)
  for (const diagnostic of diagnostics) findings.add(diagnostic)
  const valid = validate(root, findings)
  const file = valid && { ...valid, hosts: { ...valid.hosts, ...lookups.moreHosts } }
  const config = file && resolve(file, secretsIn(root, lookups), readingOf(findings, lookups))
  const found = sortDiagnostics(findings.diagnostics, files)
  return { ...(config && found.length === 0 ? { config } : {}), diagnostics: found, notes }
}

function readingOf(findings: Findings, { env, needsSecrets = () => true }: Lookups): Reading {
  return { findings, secretFor: (target) => (name) => env(name) ?? (needsSecrets(target) ? undefined : '') }
}

function resolve(file: FileInput, secrets: Config['secrets'], reading: Reading): Config {
  const { findings } = reading
  const groups = resolveGroups(file.groups, hostNames(file), findings)
  const hosts = resolveHosts(file, groups, reading)
  const named = nameInstances(file, reading)
  const instances = named.flatMap((written) =>
    resolveInstance(written, file, { hosts, groups }, reading).map((spec) => ({ spec, written })),
  )
  reportClashes(instances, findings)
  const specs = instances.map(({ spec }) => spec)
  const config = { project: file.project, hosts, groups, instances: specs, tasks: readTasks(file.tasks), secrets }
  checkTasks(
    config,
    named.map(({ name }) => name),
    reading,
  )
  return config
}

/** Each `!secret NAME` that is set. */
function secretsIn(node: Node, { env }: Lookups): Map<string, Secret> {
  if (node.kind === 'scalar') return new Map()
  if (node.kind !== 'secret') {
    const children = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.node)
    return new Map(children.flatMap((child) => [...secretsIn(child, { env })]))
  }
  const value = env(node.name)
  return new Map(value === undefined ? [] : [[node.name, secret(node.name, value)]])
}
