import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { InstanceSpec, SourceSpec, VenvSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import { checkLockable } from '../lock/check-inputs.js'
import { inputsDigest } from '../lock/inputs.js'
import type { Lockfile } from '../lock/lock.js'
import { readLockfile } from '../lock/read.js'
import { readRequirementsLock } from '../lock/read-requirements.js'
import type { Tree } from '../operations/tree.js'
import type { Run } from '../run/run.js'
import { type LockSources, readLockSources } from '../source/lock-sources.js'
import { once } from '../source/once.js'
import { openSource } from '../source/open-source.js'
import { noTree } from './desired.js'
import type { Loaded } from './load.js'
import type { Options } from './options.js'
import { cacheFolder } from './places.js'
import type { World } from './world.js'

export interface LockOptions extends Options {
  /** Nothing but the word: all packages. */
  readonly upgrade?: true | readonly string[]
  readonly check?: boolean
  readonly format?: 'pylock' | 'requirements'
  readonly output?: string
}

/** One lockfile that is to be made, for the instances that share it. */
export interface LockJob {
  /** For people, seen from where one stands. */
  readonly path: string
  /** Absolute, on this machine. */
  readonly file: string
  readonly format: 'pylock' | 'requirements'
  readonly sources: LockSources
  /** Of the sources. */
  readonly digest: string
  readonly specs: readonly InstanceSpec[]
  /** What is there already. */
  readonly old?: { readonly text: string; readonly lockfile: Lockfile }
}

/** The lockfiles of instances, each once. Throws where two want different things in the same file. */
export async function lockJobs(
  world: World,
  run: Run,
  { base }: Loaded,
  specs: readonly InstanceSpec[],
  options: LockOptions,
): Promise<readonly LockJob[]> {
  const onNote = (text: string) => run.emit({ type: 'run:note', level: 'info', text })
  const sourceOptions = { base, cache: cacheFolder(world), ref: options.ref, signal: run.signal, onNote }
  const open = once((source: SourceSpec) => openSource(source, sourceOptions))
  const jobs = new Map<string, LockJob>()
  for (const spec of specs) {
    const tree = spec.source === undefined ? noTree : await open(spec.source)
    const job = await jobOf(world, base, spec, tree, options)
    const other = jobs.get(job.file)
    if (other !== undefined && other.digest !== job.digest) throw different(other, job, options)
    jobs.set(job.file, other === undefined ? job : { ...other, specs: [...other.specs, spec] })
  }
  return [...jobs.values()]
}

async function jobOf(
  world: World,
  base: string,
  spec: InstanceSpec,
  tree: Tree,
  options: LockOptions,
): Promise<LockJob> {
  const sources = await readLockSources(tree, spec.venv)
  if (sources === undefined || sources.arguments.length === 0) throw nothingToLock(spec)
  checkLockable(sources)
  if (sources.needsTree) throw ownFiles(sources)
  const named = outputOf(spec.venv, options)
  const folder = spec.source?.kind === 'path' ? resolve(base, spec.source.path) : base
  const file = options.output === undefined ? join(folder, named) : resolve(world.cwd, options.output)
  const path = relative(world.cwd, file)
  const format = options.format ?? (file.endsWith('.txt') ? 'requirements' : 'pylock')
  if (sources.from.some((each) => join(folder, each) === file)) throw overInput(path)
  const old = await readOld(file, path)
  return { path, file, format, sources, digest: inputsDigest(sources), specs: [spec], ...(old && { old }) }
}

function outputOf({ lockfile }: VenvSpec, { format }: LockOptions): string {
  if (lockfile === undefined) return format === 'requirements' ? 'requirements.txt' : 'pylock.toml'
  const tool = { uv: 'uv lock', poetry: 'poetry lock', Pipfile: 'pipenv lock' }[
    /(uv|poetry|Pipfile)\.lock$/.exec(lockfile)?.[1] ?? ''
  ]
  if (tool === undefined) return lockfile
  throw new VenvoyError({
    kind: 'config',
    where: 'venv.lockfile',
    what: `${lockfile} is made by another tool`,
    next: `${tool}   (venvoy deploys from it as it is)`,
  })
}

/** The lockfile that is there. Only one of our own is written over. */
async function readOld(file: string, path: string): Promise<LockJob['old']> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const lockfile = file.endsWith('.toml')
    ? readLockfile({ path, text, extras: [], groups: [] })
    : readRequirementsLock({ [path]: text }, [path])
  if (lockfile.inputs !== undefined) return { text, lockfile }
  throw new VenvoyError({
    kind: 'config',
    where: path,
    what: 'this lockfile was not made by venvoy, so it is not written over',
    next: 'move it away, or name another: venvoy lock --output FILE',
  })
}

const nothingToLock = ({ name }: InstanceSpec) =>
  new VenvoyError({
    kind: 'config',
    where: `instances.${name}`,
    what: 'there is nothing to lock: neither the source nor deploy.yml says what is required',
    next: 'write requirements.in into the source, or name packages: venv: { packages: [django] }',
  })

const ownFiles = ({ from }: LockSources) =>
  new VenvoyError({
    kind: 'config',
    where: from.join(', '),
    what: 'it names files of the project itself, for which no index vouches',
    next: 'leave out the project, whose code comes with the release; of a library build a wheel, and publish that',
  })

const overInput = (path: string) =>
  new VenvoyError({
    kind: 'config',
    where: path,
    what: 'the lockfile would be written over what it is made from',
    next: `call what it is made from requirements.in, or write elsewhere: venvoy lock --output FILE`,
  })

const different = (one: LockJob, other: LockJob, { output }: LockOptions) =>
  new VenvoyError({
    kind: 'config',
    where: one.path,
    what: `${one.specs[0]!.name} and ${other.specs[0]!.name} want different requirements in one lockfile`,
    why: [one, other].map(({ specs, sources }) => `${specs[0]!.name}: ${sources.from.join(', ')}`),
    next:
      output === undefined
        ? 'give each its own: venv: { lockfile: "pylock.{{ instance }}.toml" }'
        : `name one of them: venvoy lock ${one.specs[0]!.name} --output ${output}`,
  })
