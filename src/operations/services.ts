import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import type { ServicesInput } from '../remote/instance-input.js'
import { anyPython } from './interpreter.js'
import { stateOf } from './state.js'
import type { HelperStep } from './step.js'

/** After a switch: units as the release wants them, and its services started anew; nothing where there are none. */
export function restartServices(spec: InstanceSpec, facts: HostFacts, python: string): HelperStep[] {
  const state = stateOf(spec, facts)
  const names = (spec.services ?? []).map(({ name }) => name)
  const gone = Object.keys(state.settings?.services ?? {}).filter((name) => !names.includes(name))
  if (names.length + gone.length === 0) return []
  const verb =
    state.settings !== undefined && names.some((name) => name in state.settings!.services) ? 'restart' : 'start'
  const title = names.length > 0 ? `${verb} ${names.join(', ')}` : `stop ${gone.join(', ')}`
  const stopped = names.length > 0 ? gone.map((name) => `stop ${name}, which is no more`) : []
  return [serviceStep(spec, state, python, { title, lines: stopped, verb: 'apply' })]
}

/** What an instance that has nothing else to do needs: services that do not run, or run another release, are started. */
export function mendServices(spec: InstanceSpec, facts: HostFacts, python: string): HelperStep[] {
  const state = stateOf(spec, facts)
  const flaws = (spec.services ?? []).flatMap(({ name }) => {
    const flaw = flawOf(state, name)
    return flaw === undefined ? [] : [{ name, flaw }]
  })
  if (flaws.length === 0) return []
  const names = flaws.map(({ name }) => name)
  const lines = flaws.map(({ name, flaw }) => `${name} ${flaw}`)
  return [serviceStep(spec, state, python, { title: `start ${names.join(', ')}`, lines, verb: 'apply', names })]
}

/** What a person asks for: `venvoy stop`. */
export function actOnServices(
  spec: InstanceSpec,
  facts: HostFacts,
  verb: 'start' | 'stop' | 'restart',
  chosen: readonly string[] | undefined,
): HelperStep[] {
  const state = stateOf(spec, facts)
  const all = Object.keys(state.settings?.services ?? {})
  const names = chosen ?? all
  const due = verb === 'start' ? names.filter((name) => flawOf(state, name) !== undefined) : names
  if (due.length === 0) return []
  const python = state.venv?.python.real ?? anyPython(spec, facts, 'start and stop services')
  return [serviceStep(spec, state, python, { title: `${verb} ${due.join(', ')}`, lines: [], verb, names: due })]
}

const serviceStep = (
  { name }: InstanceSpec,
  { to }: InstanceFacts,
  python: string,
  { title, lines, verb, names }: Pick<HelperStep, 'title' | 'lines'> & Pick<ServicesInput, 'verb' | 'names'>,
): HelperStep => ({
  kind: 'helper',
  title,
  lines,
  python,
  action: 'services',
  input: { to, instance: name, verb, ...(names && { names }) } satisfies ServicesInput,
})

/** Why a service is not what it should be; nothing where it runs in the release that serves. */
function flawOf({ services = [], current }: InstanceFacts, name: string): string | undefined {
  const note = services.find((each) => each.name === name)
  if (note === undefined) return 'is stopped'
  if (!note.alive) return 'has ended by itself'
  return note.release === current?.number ? undefined : `runs release ${note.release}`
}

/** How the services are that the release has. */
export function serviceStates({ settings, services = [] }: InstanceFacts): ServiceStatus[] {
  return Object.keys(settings?.services ?? {}).map((name) => {
    const note = services.find((each) => each.name === name)
    const state = note === undefined ? 'stopped' : note.alive ? 'running' : 'failed'
    return { name, state, since: note?.since ?? 0 }
  })
}

interface ServiceStatus {
  readonly name: string
  /** What has failed ended without being asked to. */
  readonly state: 'running' | 'stopped' | 'failed'
  /** Seconds since 1970: when it last started. */
  readonly since: number
}
