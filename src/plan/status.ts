import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import { plural } from '../operations/files.js'
import { instanceLink } from '../operations/link.js'
import { stateOf } from '../operations/state.js'

/** What the columns of `venvoy status` are called, the telling ones first: a narrow terminal cuts the last; a row is `describeStatus`. */
export const statusColumns = ['instance', 'host', 'state', 'release', 'revision', 'deployed', 'venv', 'python'] as const

/** What serves of an instance on a host, a value for each of `statusColumns`; empty where there is none. */
export function describeStatus(spec: InstanceSpec, facts: HostFacts): string[] {
  const state = stateOf(spec, facts)
  const { current, served } = state
  return [
    spec.name,
    spec.host.name,
    describeState(state),
    current ? String(current.number) : '',
    current?.revision ?? '',
    current ? `${age(current.created, facts.system.now)} by ${current.by}` : '',
    spec.venv.name,
    served?.receipt.python.version ?? '',
  ]
}

/** In a few words; `serving` is the good one. */
function describeState(state: InstanceFacts): string {
  const { currentProblem, current, served } = state
  if (currentProblem !== undefined) return `current ${currentProblem}`
  if (current === undefined) return 'not deployed'
  if (served === undefined) return 'its venv is gone or has no receipt'
  if (!served.sound) return 'the interpreter of its venv changed or is gone'
  const problem = linkProblem(state)
  return problem === undefined ? 'serving' : `serving; ${problem}`
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

/** `3 hours ago`, from an ISO 8601 time and seconds since 1970 by the same clock. */
function age(created: string, now: number): string {
  const seconds = now - Date.parse(created) / 1000
  if (Number.isNaN(seconds)) return created
  const units = [
    { noun: 'day', seconds: 86_400 },
    { noun: 'hour', seconds: 3600 },
    { noun: 'minute', seconds: 60 },
  ]
  const unit = units.find((each) => seconds >= each.seconds)
  return unit ? `${plural(Math.floor(seconds / unit.seconds), unit.noun)} ago` : 'just now'
}
