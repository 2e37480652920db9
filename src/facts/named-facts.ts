import type { Facts } from '../config/facts.js'
import type { HostFacts } from './facts.js'

/** What conditions and tasks call the facts. What the probe was not asked for is as if the host could not tell. */
export function namedFacts({ system, machine, pythons = [], sudo = {} }: HostFacts): Facts {
  const { os, arch, hostname, user, uid, home, shell } = system
  const kernel = os.toLowerCase()
  return {
    system: kernel,
    os: machine?.os || kernel,
    osVersion: machine?.osVersion ?? '',
    arch,
    hostname,
    user,
    isRoot: uid === 0,
    home,
    shell,
    cpus: machine?.cpus ?? null,
    memoryMb: machine?.memoryMb ?? null,
    pythons,
    sudo: sudo.root ?? false,
  }
}
