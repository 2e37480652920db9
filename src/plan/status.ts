import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import type { InstanceQuestion } from '../facts/probe.js'
import { questionAbout } from '../facts/question.js'
import { describeDrift } from '../operations/drift.js'
import { plural } from '../operations/files.js'
import { instanceLink } from '../operations/link.js'
import { portsOn } from '../operations/ports.js'
import { releaseFlaw } from '../operations/release-flaw.js'
import { serviceStates } from '../operations/services.js'
import { stateOf } from '../operations/state.js'
import { missingWrappers } from '../operations/wrappers.js'
import { portsText } from './ports-text.js'

/** What the columns of `venvoy status` are called, the telling ones first: a narrow terminal cuts the last; a row is `describeStatus`. */
export const statusColumns = [
  ...([
    'instance',
    'host',
    'state',
    'release',
    'revision',
    'deployed',
    'lock',
    'venv',
    'python',
    'ports',
    'services',
  ] as const),
]

/** Those that mostly have nothing to say. */
export const sparseColumns: readonly string[] = ['lock', 'ports', 'services']

/** What `status` asks about an instance. */
export const statusQuestion = (spec: InstanceSpec): InstanceQuestion => ({ ...questionAbout(spec, ''), locks: true })

/** What serves of an instance on a host, a value for each of `statusColumns`; empty where there is none. */
export function describeStatus(spec: InstanceSpec, facts: HostFacts): string[] {
  const state = stateOf(spec, facts)
  const { current, served } = state
  return [
    spec.name,
    spec.host.name,
    describeState(state, facts),
    current ? String(current.number) : '',
    current?.revision ?? '',
    current ? `${age(current.created, facts.system.now)} by ${current.by}` : '',
    describeHolder(state),
    spec.venv.name,
    served?.receipt.python.version ?? '',
    portsText(portsOn(spec, facts)),
    describeServices(state, facts.system.now),
  ]
}

/** The row of an instance on a host that was not reached. */
export function describeUnreached({ name, host, venv }: InstanceSpec): string[] {
  const known: Record<string, string> = { instance: name, host: host.name, state: notReached, venv: venv.name }
  return statusColumns.map((column) => known[column] ?? '')
}

const notReached = 'not reached'

/** What all rows come to: `98 serving, 1 not deployed, 1 drifted`. */
export function statusSummary(rows: readonly (readonly string[])[]): string {
  const states = rows.map((row) => row[statusColumns.indexOf('state')] ?? '')
  const locks = rows.map((row) => row[statusColumns.indexOf('lock')] ?? '')
  const kinds = [serving, 'not deployed', 'drifted', notReached]
  const kindOf = (state: string) => (kinds.includes(state) ? state : 'drifted')
  const counted = [
    ...kinds.map((kind) => [kind, states.filter((state) => kindOf(state) === kind).length] as const),
    ['being deployed', locks.filter((lock) => lock.endsWith(' deploys')).length] as const,
    ['held', locks.filter((lock) => lock.startsWith('held ')).length] as const,
  ]
  return counted.flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : [])).join(', ')
}

const serving = 'serving'

/** Who deploys right now, or who said that nobody shall. */
function describeHolder({ lock, hold }: InstanceFacts): string {
  if (lock !== undefined) return `${lock.by} deploys`
  if (hold === undefined) return ''
  return `held by ${hold.by}${hold.until === undefined ? '' : ` until ${hold.until}`}`
}

/** In a few words; `serving` is the good one. */
function describeState(state: InstanceFacts, facts: HostFacts): string {
  const { currentProblem, current, served } = state
  if (currentProblem !== undefined) return `current ${currentProblem}`
  if (current === undefined) return 'not deployed'
  if (served === undefined) return 'its venv is gone or has no receipt'
  if (served.drift !== undefined) return `its venv has drifted: ${describeDrift(served.drift)}`
  if (!served.sound) return 'the interpreter of its venv changed or is gone'
  const drifted = state.drift && `its release has drifted: ${describeDrift(state.drift)}`
  const gone = missingWrappers(state, facts).map((path) => `${path} is gone`)
  const problems = [
    releaseFlaw(state),
    ...downServices(state),
    ...gone,
    drifted,
    drifted ? undefined : linkProblem(state),
  ]
  return [serving, ...problems.filter((each) => each !== undefined)].join('; ')
}

/** Why whoever logs in does not get the venv of an instance that serves; nothing where `workon` leads to it. */
export function linkProblem(state: InstanceFacts): string | undefined {
  const { homeEntry } = state
  if (homeEntry === instanceLink(state)) return undefined
  if (homeEntry === undefined) return 'the link for workon is gone'
  if (homeEntry === 'directory' || homeEntry === 'file') return `workon finds a ${kinds[homeEntry]} of somebody's`
  return 'workon leads elsewhere'
}

const kinds = { directory: 'folder', file: 'file' }

/** `web failed`, for each that should run and does not. */
const downServices = (state: InstanceFacts): string[] =>
  serviceStates(state).flatMap(({ name, state: word }) => (word === 'running' ? [] : [`${name} ${word}`]))

/** `web running 3 hours, worker stopped`. */
const describeServices = (state: InstanceFacts, now: number): string =>
  serviceStates(state)
    .map(({ name, state: word, since }) =>
      word === 'running' ? `${name} running ${span(now - since)}` : `${name} ${word}`,
    )
    .join(', ')

/** `3 hours ago`, from an ISO 8601 time and seconds since 1970 by the same clock. */
function age(created: string, now: number): string {
  const seconds = now - Date.parse(created) / 1000
  if (Number.isNaN(seconds)) return created
  return seconds < 60 ? 'just now' : `${span(seconds)} ago`
}

/** `3 hours`, `12 seconds`. */
function span(seconds: number): string {
  const units = [
    { noun: 'day', seconds: 86_400 },
    { noun: 'hour', seconds: 3600 },
    { noun: 'minute', seconds: 60 },
  ]
  const unit = units.find((each) => seconds >= each.seconds) ?? { noun: 'second', seconds: 1 }
  return plural(Math.max(0, Math.floor(seconds / unit.seconds)), unit.noun)
}
