import { type Secret, secret } from '../shell/command.js'
import { reportClashes } from './clashes.js'
import type { Config } from './config.js'
import { type Diagnostic, sortDiagnostics } from './diagnostic.js'
import { Findings } from './findings.js'
import { resolveGroups } from './groups.js'
import { hostNames, resolveHosts } from './hosts.js'
import { nameInstances } from './instance-names.js'
import { withNeighbours } from './instance-ports.js'
import { resolveInstance } from './instances.js'
import { type Inventory, withInventories } from './inventory.js'
import { readLayers, type Texts } from './layers.js'
import type { FileInput, HostInput } from './schema.js'
import type { Reading } from './scope.js'
import { type SecretLookups, secretsOf } from './secrets.js'
import { checkTasks, readTasks } from './tasks.js'
import { validate } from './validate.js'

export interface Lookups extends SecretLookups {
  /** What `inventory:` asks for, fetched. */
  readonly inventories?: readonly Inventory[]
  /** Hosts from the command line, by whatever was typed. */
  readonly moreHosts?: Readonly<Record<string, HostInput>>
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
  const config = file && resolve(file, findings, lookups)
  const found = sortDiagnostics(findings.diagnostics, files)
  return { ...(config && found.length === 0 ? { config } : {}), diagnostics: found, notes }
}

function resolve(file: FileInput, findings: Findings, lookups: Lookups): Config {
  const secrets = new Map<string, Secret>()
  const secretSources = file.secrets ?? {}
  const reading: Reading = { findings, secretFor: secretsOf(secretSources, lookups, secrets) }
  const groups = resolveGroups(file.groups, hostNames(file), findings)
  const hosts = resolveHosts(file, groups, reading)
  const named = nameInstances(file, reading)
  const instances = named.flatMap((written) =>
    resolveInstance(written, file, { hosts, groups }, reading).map((spec) => ({ spec, written })),
  )
  reportClashes(instances, findings)
  const specs = withNeighbours(instances.map(({ spec }) => spec))
  const tasks = readTasks(file.tasks)
  for (const { venv } of specs)
    for (const each of passwordsIn([venv.index ?? '', ...venv.packages])) secrets.set(`url ${each.value}`, each)
  const config = { project: file.project, hosts, groups, instances: specs, tasks, secrets, secretSources }
  checkTasks(
    config,
    named.map(({ name }) => name),
    reading,
  )
  return config
}

/** What opens an address that is written with it: it shows in the file, but in no log. `https://ann:secret@index.example.com` */
function passwordsIn(texts: readonly string[]): Secret[] {
  // 'https://ann:secret@…'; a name without a password is a token where it is as long as one
  const found = texts.flatMap((text) => [...text.matchAll(/\bhttps?:\/\/(?:[^/@:\s]*:([^/@\s]+)|([^/@:\s]{16,}))@/gi)])
  return found.map(([, password, token]) => secret('password of an index', password ?? token!))
}
