import { describe, expect, it } from 'vitest'
import type { Keeper, ServiceSpec } from '../../src/config/service-spec.js'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts, InstanceFacts } from '../../src/facts/facts.js'
import type { ServiceNote } from '../../src/facts/service-facts.js'
import { settingsOf } from '../../src/operations/settings.js'
import { diagnoseHost } from '../../src/plan/check.js'
import { describeStatus } from '../../src/plan/status.js'
import { shell } from '../../src/shell/command.js'
import { described } from './described.js'
import { factsOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '' })
const serviceOf = (name: string): ServiceSpec => ({
  ...{ name, command: shell(`serve ${name}`), env: {}, stopSignal: 'TERM', stopTimeout: 30, restart: 'always' },
})
const spec = specOf({ services: [serviceOf('web'), serviceOf('job')] })
const noteOf = (name: string, changes: Partial<ServiceNote> = {}): ServiceNote => ({
  ...{ name, release: 7, since: 1_799_990_000, alive: true },
  ...changes,
})

/** A host on which a spec serves. */
function factsWith(of: InstanceSpec, state: Partial<InstanceFacts> = {}, changes: Partial<HostFacts> = {}): HostFacts {
  const settings = settingsOf(of, factsOf({}, changes), tree).receipt
  return factsOf({ ...serving(tree), settings, services: [noteOf('web'), noteOf('job')], ...state }, changes)
}
const plan = (of: InstanceSpec, facts: HostFacts) =>
  described(planDeploy(of, facts, tree, requirementsOf(), 'ann@laptop'))

describe('services in a plan', () => {
  it('are none of its business where they run', () => {
    expect(plan(spec, factsWith(spec))).toEqual(['staging on web1: nothing to do'])
  })

  it.each<[string, Partial<InstanceFacts>, string]>([
    ['was stopped', { services: [noteOf('job')] }, 'web is stopped'],
    ['has ended', { services: [noteOf('web', { alive: false }), noteOf('job')] }, 'web has ended by itself'],
    ['runs what was there before', { services: [noteOf('web', { release: 6 }), noteOf('job')] }, 'web runs release 6'],
  ])('are started where one %s', (_, state, line) => {
    expect(plan(spec, factsWith(spec, state)).slice(1)).toEqual(['  ~ start web', `      ${line}`])
  })

  it('are started anew behind the switch, and stopped where they are no more', () => {
    const now = specOf({ services: [serviceOf('web'), serviceOf('new')] })
    const lines = plan(now, factsWith(spec))
    expect(lines.slice(lines.indexOf('      + service new'))).toEqual([
      '      + service new',
      '      - service job',
      '  ~ switch to release 8',
      '      from release 7',
      '  ~ restart web, new',
      '      stop job, which is no more',
    ])
    expect(plan(specOf(), factsWith(spec)).at(-1)).toBe('  ~ stop web, job')
  })

  it('name the units that are written', () => {
    const user = specOf({ services: [serviceOf('web')], serviceKeeper: { use: 'systemd-user' } })
    const lines = plan(user, factsOf({}, { managers: ['systemd-user'] }))
    expect(lines).toContain('      write unit blog-staging-web.service')
    const note = '  note: its services end with the last login of ann: sudo loginctl enable-linger ann'
    expect(lines).toContain(note)
    expect(plan(user, factsOf({}, { managers: ['systemd-user', 'linger'] }))).not.toContain(note)
  })
})

describe('what keeps services', () => {
  const kept = (managers: HostFacts['managers'], more: Partial<HostFacts> = {}, state: Partial<InstanceFacts> = {}) =>
    settingsOf(spec, factsOf(state, { ...(managers && { managers }), ...more }), tree).receipt.manager
  const supervisorctl = { programs: { supervisorctl: '/usr/bin/supervisorctl' } }

  it('is the first that the host has, unless something kept them before', () => {
    expect(kept(['systemd-user', 'linger', 'supervisor', 'pidfile'], supervisorctl)).toBe('systemd-user')
    expect(kept(['systemd-user', 'supervisor', 'pidfile'], supervisorctl)).toBe('supervisor')
    expect(kept(['systemd-user', 'supervisor', 'pidfile'])).toBe('pidfile')
    const settings = { v: 1, manager: 'pidfile', services: {} } as const
    expect(kept(['systemd-user', 'linger'], {}, { settings })).toBe('pidfile')
    expect(kept(['systemd-user', 'linger'], {}, { settings: { ...settings, manager: 'supervisor' } })).toBe(
      'systemd-user',
    )
  })

  it.each<[Keeper, string]>([
    ['systemd-user', "there is no systemd of ann's"],
    ['systemd-system', 'the host was not started by systemd'],
    ['supervisor', 'there is no supervisorctl on PATH'],
  ])('is an error of the plan where it is %s, and that is not there', (use, why) => {
    const wanting = specOf({ services: [serviceOf('web')], serviceKeeper: { use } })
    expect(() => plan(wanting, factsOf())).toThrow(`services cannot be kept by ${use}`)
    expect(diagnoseHost(factsOf(), [wanting])).toContainEqual(
      expect.objectContaining({ level: 'problem', text: `services cannot be kept by ${use}`, lines: [why] }),
    )
  })

  it('is warned of by check where it ends with a login', () => {
    const facts = factsOf({}, { managers: ['systemd-user', 'pidfile'] })
    const said = (of: InstanceSpec) => diagnoseHost(facts, [of]).filter(({ text }) => text.includes('services'))
    expect(said(specOf({ services: [serviceOf('web')], serviceKeeper: { use: 'systemd-user' } }))).toEqual([
      {
        level: 'warning',
        text: 'staging: services are kept by systemd-user; it ends with the last login of ann',
        next: 'sudo loginctl enable-linger ann',
      },
    ])
    expect(said(spec)[0]?.text).toContain('pidfile; systemd would end with the last login')
  })
})

it('status tells of each, and of those that do not run in front', () => {
  const facts = factsWith(spec, { services: [noteOf('web', { alive: false }), noteOf('job')] })
  const row = describeStatus(spec, facts)
  expect([row[2], row.at(-1)]).toEqual(['serving; web failed', 'web failed, job running 2 hours'])
})
