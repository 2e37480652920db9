import type { Facts } from '../config/facts.js'
import { answerEnd, answerStart } from '../facts/probe.js'

const usual: Facts = {
  system: 'linux',
  os: 'debian',
  osVersion: '12',
  arch: 'x86_64',
  hostname: 'scripted',
  user: 'deploy',
  isRoot: false,
  home: '/home/deploy',
  shell: '/bin/bash',
  cpus: 2,
  memoryMb: 4096,
  pythons: ['3.11'],
  sudo: true,
}

/** What a probe on such a host would print. */
export function scriptedFacts(own: Partial<Facts>): string {
  const facts = { ...usual, ...own }
  const { system, arch, user, isRoot, home, hostname, shell, os, osVersion, cpus, memoryMb, pythons, sudo } = facts
  const records = [
    ['system', system, arch, user, isRoot ? 0 : 1000, home, hostname, shell, 0],
    ['machine', os, osVersion, cpus ?? '', memoryMb ?? ''],
    ...pythons.map((version) => ['python', version]),
    ...(sudo ? [['sudo', 'root', 'yes']] : []),
  ]
  return [answerStart, ...records.map((fields) => fields.join('\x1f')), answerEnd, ''].join('\n')
}
