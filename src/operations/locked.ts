import type { VenvSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { VenvReceipt } from '../facts/facts.js'
import { changeLines, shortened } from '../lock/changes.js'
import type { Lockfile, PinnedPackage } from '../lock/lock.js'
import { plural } from './files.js'
import { type RequirementsFiles, requirementLines } from './requirements.js'

/** Lines about packages that a plan shows of one venv. */
const most = 30

/** What comes with every venv and is no package of a lockfile. */
const installers = ['pip', 'setuptools', 'wheel']

/** What a plan says of a venv that is built from a lockfile: how much there is, and what changes against the one that serves. */
export function lockedLines(lockfile: Lockfile, pinned: readonly PinnedPackage[], before?: VenvReceipt): string[] {
  const head = `installs ${lockfile.path} (${plural(pinned.length, 'package')})`
  if (before === undefined) return [head]
  const wanted = pinned.map(({ name, version }) => [name, version] as const)
  const was = before.installed.filter(
    ([name]) => !installers.includes(name) || wanted.some(([other]) => other === name),
  )
  return [head, ...shortened(changeLines(was, wanted), most)]
}

/** Whether anything is installed whose version and hash are not known before. */
export function isUnlocked({ files, arguments: args, lockfile }: RequirementsFiles): boolean {
  const isPackage = (argument: string, i: number) =>
    !argument.startsWith('-') && !['-r', '-c'].includes(args[i - 1] ?? '')
  const isListed = (argument: string, i: number) =>
    args[i - 1] === '-r' && requirementLines(files[argument] ?? '').length > 0
  return lockfile === undefined && args.some((argument, i) => isPackage(argument, i) || isListed(argument, i))
}

/** What a plan says of a venv that is built without a lockfile. */
export function unlockedLines({ locked }: VenvSpec, requirements: RequirementsFiles): string[] {
  if (!isUnlocked(requirements)) return []
  if (locked === 'off') return ['not locked, as `locked: off` says']
  return ['not locked: the versions are those of the day (venvoy lock pins them)']
}

/** Throws where no hash can vouch for a package: what comes from a repository or a folder. */
export function checkHashes({ path }: Lockfile, pinned: readonly PinnedPackage[]): void {
  const found = pinned.find(({ origin }) => origin?.kind === 'vcs' || origin?.kind === 'folder')
  if (found?.origin === undefined) return
  const { origin } = found
  throw new VenvoyError({
    kind: 'config',
    where: path,
    what: `no hash vouches for ${found.name}`,
    why: [origin.kind === 'folder' ? `it is a folder: ${origin.path}` : `it comes from ${origin.url}`],
    next: 'build a wheel of it, and publish or name that: pip wheel --no-deps',
  })
}
