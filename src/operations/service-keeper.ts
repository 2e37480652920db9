import type { Keeper } from '../config/service-spec.js'
import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts } from '../facts/facts.js'
import { placeOf, stateOf } from './state.js'

/**
 * What is to keep the services of an instance: what the file says; by itself what kept them so far, then the user's systemd if it
 * outlives a login, supervisor if this user may add programs, a pid file otherwise. Throws where it is not there.
 */
export function keeperOf(spec: InstanceSpec, facts: HostFacts): Keeper {
  const use = spec.serviceKeeper?.use ?? 'auto'
  if (use === 'auto') return keeperByItself(facts, stateOf(spec, facts).settings?.manager)
  const lacking = lack(use, facts)
  if (lacking === undefined) return use
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `services cannot be kept by ${use}`,
    ...lacking,
  })
}

/** What a plan says of what keeps the services: that the user's systemd would end them. */
export function keeperNotes(spec: InstanceSpec, facts: HostFacts): string[] {
  const isShort =
    spec.services?.length && keeperOf(spec, facts) === 'systemd-user' && !facts.managers?.includes('linger')
  const { user } = facts.system
  return isShort ? [`its services end with the last login of ${user}: sudo loginctl enable-linger ${user}`] : []
}

function keeperByItself(facts: HostFacts, before: Keeper | undefined): Keeper {
  const { managers = [], programs } = facts
  if (before !== undefined && lack(before, facts) === undefined) return before
  if (managers.includes('systemd-user') && managers.includes('linger')) return 'systemd-user'
  return managers.includes('supervisor') && programs.supervisorctl !== undefined ? 'supervisor' : 'pidfile'
}

/** What is missing for a manager on a host, and what to do about it. */
function lack(use: Keeper, facts: HostFacts): { why: string[]; next: string } | undefined {
  const { managers = [], programs, system, sudo } = facts
  const pidfile = 'or say service_manager: pidfile'
  if (use === 'systemd-user' && !managers.includes('systemd-user'))
    return {
      why: [`there is no systemd of ${system.user}'s`],
      next: `sudo loginctl enable-linger ${system.user}, ${pidfile}`,
    }
  if (use === 'systemd-system' && !managers.includes('systemd-system'))
    return { why: ['the host was not started by systemd'], next: pidfile }
  if (use === 'systemd-system' && system.uid !== 0 && !sudo?.root)
    return {
      why: [`sudo asks ${system.user} for a password`],
      next: 'let it run systemctl and install without, or say service_manager: systemd-user',
    }
  if (use === 'supervisor' && programs.supervisorctl === undefined)
    return { why: ['there is no supervisorctl on PATH'], next: `install supervisor there, ${pidfile}` }
  return undefined
}
