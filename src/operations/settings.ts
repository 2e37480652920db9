import { createHash } from 'node:crypto'
import type { CronSpec } from '../config/cron-spec.js'
import type { ServiceSpec } from '../config/service-spec.js'
import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import type { SettingsReceipt } from '../facts/service-facts.js'
import type { ReleaseTexts, WrapperFile } from '../remote/instance-input.js'
import runScript from '../remote/instance-run.sh'
import { type Command, render, renderWord, type Word } from '../shell/command.js'
import { singleQuote } from '../shell/quote.js'
import { instanceContext } from './context.js'
import { crontabLines, describeJob } from './cron.js'
import { isOneProgram } from './one-program.js'
import { keeperOf } from './service-keeper.js'
import { stateOf } from './state.js'
import type { Tree } from './tree.js'
import { unitOf } from './unit-text.js'
import { wrapperFiles, wrapperNotes, wrapperTexts } from './wrappers.js'

/** What a release holds beside its tree and its venv: how `<to>/run` becomes a service or a command in it. */
export interface Settings {
  readonly texts: ReleaseTexts
  /** The lines for the crontab, if there are such. */
  readonly crontab?: string
  readonly wrappers?: readonly WrapperFile[]
  /** What its managers are told. */
  readonly units: readonly ServiceUnit[]
  readonly receipt: SettingsReceipt
}

/** A service as the helper and its manager know it. */
interface ServiceUnit {
  readonly name: string
  readonly manager: string
  /** The name of the unit's file, and what is in it; empty where there is none. */
  readonly unit: string
  readonly text: string
  readonly signal: string
  /** Seconds. */
  readonly timeout: number
  /** Whether the stop signal goes to all its processes at once. */
  readonly all: boolean
  readonly config?: string
}

/** Throws where there is nothing on the host to keep its services. */
export function settingsOf(spec: InstanceSpec, facts: HostFacts, tree: Pick<Tree, 'entries'>): Settings {
  const { services = [], cron = [], wrappers = [] } = spec
  const state = stateOf(spec, facts)
  const env = { ...instanceContext(spec).env, VIRTUAL_ENV_PROMPT: spec.venv.name }
  const scripts = services.map((service) => [service.name, scriptOf(service)] as const)
  const units = services.map((service) => unitFor(spec, facts, service))
  const told = services.map(({ name, command }, i) => {
    return [name, { command: digestOf(commandText(command)), unit: digestOf(JSON.stringify(units[i])) }] as const
  })
  return {
    texts: {
      env: exported(env),
      services: Object.fromEntries(scripts),
      ...(cron.length > 0 && { cron: Object.fromEntries(cron.map((job) => [job.name, scriptOf(job)])) }),
      ...(wrappers.length > 0 && { wrappers: wrapperTexts(spec) }),
    },
    ...(cron.length > 0 && {
      crontab: crontabLines(spec, state)
        .map((line) => `${line}\n`)
        .join(''),
    }),
    ...(wrappers.length > 0 && { wrappers: wrapperFiles(spec, state) }),
    units,
    receipt: {
      v: 1,
      ...(services.length > 0 && { manager: keeperOf(spec, facts) }),
      services: Object.fromEntries(told),
      ...(cron.length > 0 && { cron: Object.fromEntries(cron.map((job) => [job.name, jobDigest(job)])) }),
      ...(wrappers.length > 0 && { wrappers: wrapperNotes(spec, state, tree) }),
    },
  }
}

function unitFor(spec: InstanceSpec, facts: HostFacts, service: ServiceSpec): ServiceUnit {
  const manager = keeperOf(spec, facts)
  const { user, home } = facts.system
  const { to } = stateOf(spec, facts)
  const all = !isOneProgram(render(service.command, 'shell'))
  const unit = unitOf(manager, { to, name: `${spec.project}-${spec.name}-${service.name}`, service, user, home, all })
  const config = manager === 'supervisor' ? spec.serviceKeeper?.config : undefined
  const { name, stopSignal: signal, stopTimeout: timeout } = service
  return { name, manager, unit: unit.name, text: unit.text, signal, timeout, all, ...(config && { config }) }
}

/** The text of `<to>/run`: it depends on the folder alone. */
export const runText = (to: string): string => runScript.replace(/^to=TO$/m, () => `to=${singleQuote(to)}`)

/** How services differ from those of the release that serves, a line each; their env is told elsewhere. */
export function serviceLines({ receipt, units }: Settings, { current, settings }: InstanceFacts): string[] {
  if (settings === undefined && current !== undefined) return ['its env was not written down yet']
  const had = settings?.services ?? {}
  const gone = Object.keys(had).filter((name) => receipt.services[name] === undefined)
  return [
    ...units.flatMap(({ name, unit }) => {
      const { command, unit: digest } = receipt.services[name]!
      if (had[name] === undefined) return [`+ service ${name}`, ...writing(unit)]
      const isSameUnit = had[name].unit === digest
      return [
        ...(had[name].command === command ? [] : [`~ service ${name}: another command`]),
        ...(isSameUnit ? [] : [`~ service ${name}: kept otherwise`, ...writing(unit)]),
      ]
    }),
    ...gone.map((name) => `- service ${name}`),
  ]
}

/** How the lines of cron differ from those of the release that serves. */
export function cronLines({ cron = [] }: InstanceSpec, { settings }: InstanceFacts): string[] {
  const had = settings?.cron ?? {}
  const gone = Object.keys(had).filter((name) => !cron.some((job) => job.name === name))
  const differ = cron.filter((job) => had[job.name] !== jobDigest(job))
  const lines = differ.map((job) => `${had[job.name] === undefined ? '+' : '~'} ${describeJob(job)}`)
  return [...lines, ...gone.map((name) => `- cron ${name}`)]
}

const jobDigest = ({ at, command }: CronSpec): string => digestOf(`${at}\n${commandText(command)}`)

const writing = (unit: string): string[] => (unit === '' ? [] : [`write unit ${unit}`])

const exported = (env: Readonly<Record<string, Word>>): string =>
  Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, word]) => `export ${name}=${renderWord(word, 'shell', { always: true })}\n`)
    .join('')

/** What `run` becomes. */
const scriptOf = ({ env, command }: Pick<ServiceSpec, 'env' | 'command'>): string =>
  `${exported(env)}${commandText(command)}\n`

/**
 * One program takes the place of the shell, so that signals reach it. What is more than one has a shell of its own; most of those
 * give way to the last command by themselves.
 */
function commandText(command: Command): string {
  const text = render(command, 'shell')
  return isOneProgram(text) ? `exec ${text}` : `exec /bin/sh -c ${singleQuote(text)}`
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
