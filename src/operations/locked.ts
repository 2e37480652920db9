import type { InstanceSpec, VenvSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { VenvReceipt } from '../facts/facts.js'
import { changeLines, shortened } from '../lock/changes.js'
import type { Lockfile, PinnedPackage } from '../lock/lock.js'
import { plural } from './files.js'
import { type RequirementsFiles, requirementLines } from './requirements.js'
import { placeOf } from './state.js'
import type { Wheels } from './wheels.js'

/** Lines about packages that a plan shows of one venv. */
const most = 30

/** What comes with every venv and is no package of a lockfile. */
const installers = ['pip', 'setuptools', 'wheel']

/**
 * What a plan says of a venv that is built from a lockfile: how much there is, and what changes against the one that serves.
 * `isThere`: another venv of the host has these packages, which are shared.
 */
export function lockedLines(
  lockfile: Lockfile,
  pinned: readonly PinnedPackage[],
  before?: VenvReceipt,
  isThere = false,
): string[] {
  const what = `${lockfile.path} (${plural(pinned.length, 'package')})`
  const head = isThere ? `shares ${what} with another venv` : `installs ${what}`
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

/** What a plan says of a venv that is built without a lockfile, where that is wanted. */
export const unlockedLines = ({ locked }: VenvSpec, requirements: RequirementsFiles): string[] =>
  locked === 'off' && isUnlocked(requirements) ? ['not locked, as `locked: off` says'] : []

/** Likewise where nobody said so: as a warning, which a deploy shows too. */
export const unlockedNotes = ({ locked, requirements: files }: VenvSpec, requirements: RequirementsFiles): string[] =>
  locked !== 'off' && isUnlocked(requirements)
    ? [
        `${files.length === 0 ? 'venv.packages' : files.join(', ')}: not locked, so another day may bring other versions (venvoy lock pins them)`,
      ]
    : []

/** What the helper installs. */
export const lockedInput = ({ path }: Lockfile, pinned: readonly PinnedPackage[], wheels?: Wheels) => ({
  path,
  packages: (wheels?.packages ?? pinned).map(({ name, version, hashes, origin }) => [
    name,
    version,
    hashes,
    ...(origin?.kind === 'url' ? [origin.url] : []),
  ]),
  sdists: sdistsOf(pinned),
})

/** Warnings of a plan: a hash speaks for the source, not for what it is built with. */
export const sdistNotes = (pinned: readonly PinnedPackage[] = []): string[] =>
  sdistsOf(pinned).map(
    (name) => `${name} has no wheel: it is built on the host, and what it is built with is not locked`,
  )

/** Throws where the file wants no package built, and the lockfile has one without a wheel for the host. */
export function assertWheels(
  spec: InstanceSpec,
  { lockfile }: RequirementsFiles,
  pinned: readonly PinnedPackage[] = [],
): void {
  const names = spec.venv.sdist === 'refuse' ? sdistsOf(pinned) : []
  if (names.length === 0 || lockfile === undefined) return
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `${lockfile.path} has no wheel of ${names.join(', ')} for this host, and venv.sdist is refuse`,
    why: ['it would be built there, by what the index has that day'],
    next: 'lock a version that has one; or build a wheel, publish it, and lock that; or say sdist: build',
  })
}

const sdistsOf = (pinned: readonly PinnedPackage[]): string[] =>
  pinned.filter(({ artifacts }) => artifacts[0]?.kind === 'sdist').map(({ name }) => name)

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
