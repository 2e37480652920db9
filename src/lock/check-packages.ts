import { VenvoyError } from '../errors.js'
import type { Lockfile } from './lock.js'
import { parseRequirement } from './requirement.js'
import { satisfies } from './version.js'

/** Throws where `venv.packages` wants what the lockfile does not have: nothing is installed beside a lockfile. */
export function checkPackages(packages: readonly string[], lockfile: Lockfile): void {
  for (const written of packages) {
    const { name, specifier } = parseRequirement(written, 'venv.packages')
    const versions = lockfile.packages.filter((each) => each.name === name).map(({ version }) => version)
    const fits = versions.some((version) => specifier === '' || satisfies(version, specifier) !== false)
    if (!fits) throw notLocked(written, versions, lockfile)
  }
}

const notLocked = (written: string, versions: readonly string[], { path, inputs }: Lockfile) =>
  new VenvoyError({
    kind: 'config',
    where: 'venv.packages',
    what: `${written} is not in ${path}`,
    why: [
      ...(versions.length > 0 ? [`it has ${versions.join(' and ')}`] : []),
      'what is not locked is not installed beside a lockfile',
    ],
    next: inputs === undefined ? 'add it where the lockfile is made, and lock again' : 'venvoy lock',
  })
