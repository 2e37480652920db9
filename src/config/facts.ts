/** What conditions and tasks can ask of a host. All of it is told without starting Python. */
export interface Facts {
  /** The kernel: `linux`, `darwin`, `freebsd`. */
  readonly system: string
  /** ID in os-release: `debian`, `ubuntu`, `alpine`; `macos`; where there is no such file, the system. */
  readonly os: string
  /** `12`, `22.04`; empty where a system has none. */
  readonly osVersion: string
  /** `x86_64`, `aarch64`. */
  readonly arch: string
  readonly hostname: string
  /** The user who logged in. */
  readonly user: string
  readonly isRoot: boolean
  readonly home: string
  /** The login shell: `/bin/bash`. */
  readonly shell: string
  /** null where a host cannot tell. */
  readonly cpus: number | null
  readonly memoryMb: number | null
  /** The versions that have a program of their own, `python3.11`: `['2.7', '3.11']`. */
  readonly pythons: readonly string[]
  /** Whether sudo works without a password. */
  readonly sudo: boolean
}

export type Fact = keyof Facts

/** The names that facts have in conditions, behind `facts.`. */
export const factNames: Readonly<Record<string, Fact>> = {
  system: 'system',
  os: 'os',
  os_version: 'osVersion',
  arch: 'arch',
  hostname: 'hostname',
  user: 'user',
  is_root: 'isRoot',
  home: 'home',
  shell: 'shell',
  cpus: 'cpus',
  memory_mb: 'memoryMb',
  pythons: 'pythons',
  sudo: 'sudo',
}

export const allFacts: readonly Fact[] = Object.values(factNames)
