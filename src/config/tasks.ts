import { VenvoyError } from '../errors.js'
import { emptyContext, withEnv } from '../shell/context.js'
import { type Config, isInstance, type Target, type TaskInfo } from './config.js'
import { envOfNames } from './env.js'
import { Findings } from './findings.js'
import { itemPath, reportUnknown } from './groups.js'
import { needOf } from './needs.js'
import { exampleValues, mistakesInParam, optionOf, type ParamValues, paramNames, paramsIn } from './params.js'
import { rolloutOf } from './rollout.js'
import type { Scalar } from './scalar.js'
import type { FileInput } from './schema.js'
import type { TaskMap } from './schema-step.js'
import { type Names, type Reading, Scope, type SecretReader } from './scope.js'
import { type SecretSource, secretKey } from './secret-source.js'
import { noSecrets, type SecretLookups, secretsOf } from './secrets.js'
import type { TaskSpec } from './spec.js'
import { resolveTask, type Tasks } from './steps.js'
import { suggest } from './suggest.js'
import { valuesTold } from './told.js'

/** The tasks of the file, in its order. */
export function readTasks(written: FileInput['tasks']): TaskInfo[] {
  return Object.entries(written ?? {}).map(([name, task]) => {
    const map: TaskMap = typeof task === 'string' || Array.isArray(task) ? {} : task
    const on = [map.on ?? 'instances'].flat()
    const all = on.length === 1 && (on[0] === 'instances' || on[0] === 'hosts') ? on[0] : undefined
    const rollout = rolloutOf(map)
    const needs = [map.needs ?? []].flat().map(needOf)
    const how = { params: paramsIn(task), needs, ...(rollout && { rollout }) }
    return { name, description: map.desc ?? '', on: all ?? on, ...how, written: task }
  })
}

/**
 * A task's steps for one target. A config that was read without diagnostics has none here either, but for what a parameter's
 * value makes wrong: a VenvoyError of kind `config`.
 */
export function taskSteps(config: Config, taskName: string, target: Target, values: ParamValues = {}): TaskSpec {
  const task = config.tasks.find(({ name }) => name === taskName)
  if (task === undefined) {
    const next = suggest(
      taskName,
      config.tasks.map(({ name }) => name),
    )
    throw new VenvoyError({ kind: 'config', what: `unknown task ${JSON.stringify(taskName)}`, why: [next] })
  }
  const findings = new Findings()
  const own = paramNames(task.params, values)
  const names = new Map([...namesOf(config.project, target), ...own])
  const scope = new Scope(names, findings, knownSecrets(config), envOfTarget(target))
  const steps = resolveTask(task.name, scope, tasksIn(config), {
    context: withEnv(emptyContext, envOfNames(new Map(own))),
  })
  const [mistake] = findings.diagnostics
  if (mistake) throw new VenvoyError({ kind: 'config', where: mistake.path, what: mistake.message })
  return { name: task.name, description: task.description, steps }
}

/** Where a task runs when no option narrows it. */
export function taskTargets(config: Config, on: TaskInfo['on']): Target[] {
  if (on === 'instances') return [...config.instances]
  if (on === 'hosts') return [...config.hosts]
  const targets = on.flatMap((name): Target[] => {
    const instances = config.instances.filter((instance) => instance.name === name)
    if (instances.length > 0) return instances
    const hosts = Object.hasOwn(config.groups, name) ? config.groups[name]! : [name]
    return config.hosts.filter((host) => hosts.includes(host.name))
  })
  return [...new Set(targets)]
}

/** Reports whatever would be wrong with a task on any of its targets. */
export function checkTasks(config: Config, instanceNames: readonly string[], reading: Reading): void {
  const hostNames = [...config.hosts.map(({ name }) => name), ...Object.keys(config.groups)]
  for (const task of config.tasks) {
    checkParams(task, reading.findings)
    checkNeeds(task, config, reading.findings)
    if (Array.isArray(task.on)) checkNames(task, instanceNames, hostNames, reading.findings)
    const own = paramNames(task.params, exampleValues(task.params))
    for (const target of taskTargets(config, task.on)) {
      const on = isInstance(target) ? { host: target.host.name, instance: target.name } : { host: target.name }
      const of = { ...on, task: task.name }
      const names = new Map([...namesOf(config.project, target), ...own])
      const scope = new Scope(names, reading.findings, reading.secretFor(of), envOfTarget(target))
      resolveTask(task.name, scope, tasksIn(config), { isExample: true })
    }
  }
}

/** What was found when the file was read; what nobody needed then is empty. */
function knownSecrets({ secrets, secretSources = {} }: Config): SecretReader {
  const known = (source: SecretSource) => secrets.get(secretKey(source))?.value
  const lookups: SecretLookups = {
    env: (name) => known({ from: 'env', name }),
    secret: (source) => ({ value: known(source) ?? '' }),
    needsSecrets: () => false,
  }
  return secretsOf(secretSources, lookups, new Map())({ host: '' })
}

function checkNames(task: TaskInfo, instances: readonly string[], hosts: readonly string[], findings: Findings): void {
  const on = typeof task.written === 'object' && 'on' in task.written ? task.written.on : undefined
  ;[on ?? []].flat().forEach((name, i) => {
    const path = itemPath(['tasks', task.name, 'on'], on, i)
    if (instances.includes(name) && hosts.includes(name))
      findings.report(path, `${name} is an instance and a host or group`, { hint: 'rename one of them' })
    if (instances.includes(name) || hosts.includes(name)) return
    reportUnknown(name, 'instance, host or group', ['instances', 'hosts', ...instances, ...hosts], path, findings)
  })
}

const tasksIn = ({ tasks }: Config): Tasks => Object.fromEntries(tasks.map(({ name, written }) => [name, written]))

function checkParams({ name: task, written, params }: TaskInfo, findings: Findings): void {
  const map = typeof written === 'object' && 'params' in written ? (written.params ?? {}) : {}
  for (const [name, param] of Object.entries(map)) {
    const path = ['tasks', task, 'params', name]
    for (const { key, message } of mistakesInParam(param ?? {})) findings.report([...path, key], message)
    const twin = params.find((other) => other.name < name && optionOf(other.name) === optionOf(name))
    if (twin) findings.report(path, `${twin.name} is ${optionOf(name)} already`, { isKey: true })
  }
}

const envOfTarget = (target: Target) => (isInstance(target) ? { ...target.host.env, ...target.env } : target.env)
/** Of the tasks in code nothing is known yet. */
function checkNeeds({ name, needs, params, written }: TaskInfo, { tasks }: Config, findings: Findings): void {
  const scope = new Scope(new Map(paramNames(params, exampleValues(params))), findings, noSecrets)
  const all = typeof written === 'object' && 'needs' in written ? written.needs : undefined
  for (const [i, need] of needs.entries()) {
    const task = tasks.find((other) => other.name === need.task)
    const path = [...itemPath(['tasks', name, 'needs'], all, i), 'with']
    if (task !== undefined) valuesTold(task, need.with, { path, scope, isExample: true })
  }
}

/** What `{{ }}` knows on a target. */
export function namesOf(project: string, target: Target): Names {
  const host = isInstance(target) ? target.host : target
  const names: [string, Scalar][] = [
    ['project', project],
    ['host.name', host.name],
    ['host.address', host.local ? 'localhost' : (host.address ?? host.name)],
    ...Object.entries(target.vars ?? {}).map(([name, value]): [string, Scalar] => [`vars.${name}`, value]),
  ]
  if (!isInstance(target)) return new Map(names)
  const ports = Object.entries(target.ports).map(([name, port]): [string, Scalar] => {
    return [name === 'port' ? name : `ports.${name}`, port]
  })
  return new Map([...names, ['instance', target.name], ...ports])
}
