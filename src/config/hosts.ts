import type { Secret } from '../shell/command.js'
import { parseAddress } from './address.js'
import { describeCircle } from './circle.js'
import { envOf, envOfNames } from './env.js'
import { given } from './given.js'
import { type Groups, groupLayers, groupMapsOf, membersOf } from './groups.js'
import { type Definition, layer, resolveNames } from './names.js'
import type { Scalar } from './scalar.js'
import type { FileInput, HostInput } from './schema.js'
import { type Names, type Reading, Scope } from './scope.js'
import type { HostSpec } from './spec.js'
import { address as addressLeaf, portNumber } from './values.js'

/** The names of the hosts of the file, in its order, and `local` if it is mentioned without being one of them. */
export function hostNames(file: FileInput): string[] {
  const written = Object.keys(file.hosts ?? {})
  return mentionsLocal(file) && !written.includes('local') ? [...written, 'local'] : written
}

/** The hosts of the file, with what their groups say of them. */
export function resolveHosts(file: FileInput, groups: Groups, reading: Reading): HostSpec[] {
  const hosts = hostNames(file).map((name) => resolveHost(name, file, groups, reading))
  for (const host of hosts) checkJump(host, hosts, reading)
  return hosts
}

function resolveHost(name: string, file: FileInput, groups: Groups, reading: Reading): HostSpec {
  const written = file.hosts?.[name] ?? null
  const path = ['hosts', name]
  const { findings } = reading
  // What is one line and makes sense has been spread into a map before.
  if (typeof written === 'string')
    findings.report(path, 'should be user@address:port, as in deploy@web1.example.com:22')
  const host = written === null || typeof written === 'string' ? {} : written
  const local = name === 'local' || host.address === 'local'
  if (local) checkLocal(path, host, reading)
  const names = resolveNames(definitionsOf(name, host, local, file, groups), findings)
  const scope = new Scope(names, findings, reading.secretFor({ host: name }))
  const text = (key: 'user' | 'identity_file' | 'jump') =>
    host[key] === undefined ? undefined : scope.text(host[key], [...path, key])
  const address = host.address && scope.checkedText(addressLeaf, host.address, [...path, 'address'])
  return given({
    name,
    local,
    address: local ? undefined : address,
    port: host.port === undefined ? undefined : scope.checked(portNumber, host.port, [...path, 'port']),
    user: text('user'),
    identityFile: text('identity_file'),
    jump: text('jump'),
    transport: host.transport,
    sudoPassword: sudoPasswordOf(
      name,
      host,
      file,
      groups,
      new Scope(names, findings, reading.secretFor({ host: name, use: 'sudo' })),
    ),
    env: {
      ...envOfNames(names),
      ...envOf(layer(...groupLayers('env', name, file, groups), [host.env, [...path, 'env']]), scope),
    },
    vars: varsOf(names),
  })
}

/** That it is not set is told where sudo asks for it: most hosts do not. */
function sudoPasswordOf(
  name: string,
  host: HostInput,
  file: FileInput,
  groups: Groups,
  scope: Scope,
): Secret | undefined {
  const key = 'sudo_password'
  const ofGroups = groupMapsOf(name, file, groups).map(([group, map]) => [map[key], ['groups', group, key]] as const)
  const all = [[file[key], [key]] as const, ...ofGroups, [host[key], ['hosts', name, key]] as const]
  const [written, path] = all.findLast(([each]) => each !== undefined) ?? []
  return written && path && scope.secret(written, path, scope)
}

function definitionsOf(
  name: string,
  host: HostInput,
  local: boolean,
  file: FileInput,
  groups: Groups,
): Map<string, Definition> {
  const written = host.address !== undefined && !local
  const address = written
    ? { value: host.address!, path: ['hosts', name, 'address'] }
    : { value: local ? 'localhost' : name }
  const vars = layer<Scalar>([file.vars, ['vars']], ...groupLayers('vars', name, file, groups), [
    host.vars,
    ['hosts', name, 'vars'],
  ])
  return new Map<string, Definition>([
    ['project', { value: file.project }],
    ['host.name', { value: name }],
    ['host.address', address],
    ...[...vars].map(([key, definition]) => [`vars.${key}`, definition] as const),
  ])
}

/** The vars among the names, as a spec keeps them. */
export function varsOf(names: Names): Record<string, Scalar> {
  const vars = [...names].filter(([name]) => name.startsWith('vars.'))
  return Object.fromEntries(vars.map(([name, value]) => [name.slice('vars.'.length), value]))
}

function checkLocal(path: readonly string[], host: HostInput, { findings }: Reading): void {
  const isOther = host.address !== undefined && host.address !== 'local'
  if (isOther)
    findings.report([...path, 'address'], 'the host `local` is this machine', { hint: 'give it another name' })
  for (const key of ['port', 'user', 'identity_file', 'jump', 'transport'] as const)
    if (host[key] !== undefined)
      findings.report([...path, key], 'means nothing here: this machine is reached without SSH', { isKey: true })
}

function checkJump(host: HostSpec, hosts: readonly HostSpec[], { findings }: Reading): void {
  const path = ['hosts', host.name, 'jump']
  const hostOf = (name: string | undefined) => hosts.find((each) => each.name === name)
  if (host.jump === undefined) return
  if (!hostOf(host.jump) && !parseAddress(host.jump))
    findings.report(path, 'should be a host of this file, or user@address:port')
  if (hostOf(host.jump)?.local) findings.report(path, 'this machine is no host to go through')
  const jumps = [host.name]
  let jump: string | undefined = host.jump
  while (jump !== undefined && !jumps.includes(jump)) {
    jumps.push(jump)
    jump = hostOf(jump)?.jump
  }
  // A circle is reported once, for the first of its hosts.
  const first = hosts.find(({ name }) => jumps.includes(name))
  if (jump === host.name && first === host) findings.report(path, describeCircle(jumps, jump))
}

/** `local` needs no entry: there is nothing to say of it. */
function mentionsLocal({ groups = {}, instances = {}, tasks = {} }: FileInput): boolean {
  const ofTasks = Object.values(tasks).map((task) => (typeof task === 'object' && 'on' in task ? task.on : undefined))
  const ofInstances = Object.values(instances).map((instance) => instance?.hosts)
  return [...Object.values(groups).map(membersOf), ...ofInstances, ...ofTasks].flat().includes('local')
}
