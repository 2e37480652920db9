import type { HostFacts, Interpreter } from '../facts/facts.js'
import type { Lockfile, PinnedPackage } from '../lock/lock.js'
import { cachedTree, plural, readableSize } from './files.js'
import type { FilesStep } from './step.js'
import type { Tree } from './tree.js'

/** What has to be found for one interpreter of a host that is to need no index. */
export interface ToSend {
  readonly lockfile: Lockfile
  readonly interpreter: Interpreter
  readonly system: Pick<HostFacts['system'], 'arch'>
  readonly packages: readonly PinnedPackage[]
}

/** The files of a lockfile's packages for one interpreter, at hand to be sent. */
export interface Wheels {
  /** `wheels/NAME.whl`, and `pip/NAME.whl` for the pip that installs them. */
  readonly tree: Tree
  /** Each with the one hash of the file that is sent. None has an origin: the host finds them all in one folder. */
  readonly packages: readonly PinnedPackage[]
}

/** The folders of what is sent. */
export const wheelsFolder = 'wheels'
export const pipFolder = 'pip'

/** Brings wheels to the host's cache. Which of them it lacks shows when it runs. */
export function sendWheels(python: string, lockfile: string, { tree }: Wheels): FilesStep {
  const { entries } = tree
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0)
  return {
    kind: 'files',
    title: `send wheels of ${lockfile}`,
    lines: [`${plural(entries.length, 'file')}, ${readableSize(bytes)}; only what the host lacks is sent`],
    python,
    tree,
  }
}

/** Whether the pip that installs them comes along. */
export const bringsPip = ({ tree }: Wheels): boolean =>
  tree.entries.some(({ path }) => path.startsWith(`${pipFolder}/`))

/** What the helper is told where an index is not to be asked. Without wheels: the packages are there. */
export const wheelsInput = (wheels: Wheels | undefined): Readonly<Record<string, unknown>> => ({
  offline: true,
  ...(wheels && { wheels: cachedTree(wheels.tree) }),
})
