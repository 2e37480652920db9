import { rename, writeFile } from 'node:fs/promises'
import type { HostSpec } from '../../config/spec.js'
import { suggest } from '../../config/suggest.js'
import { VenvoyError } from '../../errors.js'
import type { TargetResult } from '../../events.js'
import { noQuestion } from '../../facts/probe.js'
import { questionAbout } from '../../facts/question.js'
import { changeLines } from '../../lock/changes.js'
import { type LockedText, lockText } from '../../lock/lock-text.js'
import type { Resolution } from '../../lock/merge.js'
import { normalName } from '../../lock/name.js'
import { plural } from '../../operations/files.js'
import { pinsOf, resolveStep, targetOfHost, type Upgrade } from '../../operations/resolve.js'
import type { HelperStep } from '../../operations/step.js'
import { askHelpers, type HelperAnswers, type Probed } from '../../run/ask-helper.js'
import type { Run } from '../../run/run.js'
import { againWith } from '../again.js'
import { assertWhole, chooseInstances } from '../choose.js'
import { loadConfig } from '../load.js'
import { type LockJob, type LockOptions, lockJobs } from '../lock-jobs.js'
import { startRun } from '../start-run.js'
import { hostTargets } from '../targets.js'
import type { World } from '../world.js'

/** `venvoy lock`: asks pip on the hosts what it would install, and writes that down with its hashes. */
export async function lock(world: World, names: readonly string[], options: LockOptions): Promise<number> {
  assertWhole(options, 'lock')
  const loaded = await loadConfig(world, options)
  const specs = await chooseInstances(world, loaded.config, names, options, 'read')
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const settings = {
    command: 'lock',
    options,
    selection: options.check ? [] : hostTargets(hosts),
    hosts: loaded.config.hosts,
    notes: loaded.notes,
    secrets: loaded.config.secrets.values(),
    again: againWith('lock', options),
  }
  return startRun(world, settings, async (run) => {
    const jobs = await lockJobs(world, run, loaded, specs, options)
    return options.check ? check(run, jobs) : lockAll(run, hosts, jobs, upgradeOf(jobs, options))
  })
}

/** Whether each lockfile was made from what is required now. Nothing is contacted. */
function check(run: Run, jobs: readonly LockJob[]): TargetResult[] {
  const stale = jobs.filter(({ old, digest }) => old?.lockfile.inputs !== digest)
  for (const { path, sources } of jobs.filter((job) => !stale.includes(job)))
    run.emit({ type: 'run:note', level: 'info', text: `${path} is what ${sources.from.join(', ')} asked for` })
  if (stale.length === 0) return []
  throw new VenvoyError({
    kind: 'difference',
    what: stale
      .map(({ path, old, sources }) =>
        old === undefined
          ? `${path} is not there`
          : `${path} was made from other requirements than ${sources.from.join(', ')}`,
      )
      .join('\n'),
    next: 'venvoy lock',
  })
}

function upgradeOf(jobs: readonly LockJob[], { upgrade }: LockOptions): Upgrade {
  if (upgrade === undefined || upgrade === true) return upgrade ? 'all' : 'none'
  const locked = [...new Set(jobs.flatMap(({ old }) => old?.lockfile.packages.map(({ name }) => name) ?? []))]
  const wanted = upgrade.flatMap((each) => each.split(',')).map(normalName)
  const unknown = wanted.find((name) => !locked.includes(name))
  if (unknown === undefined) return wanted
  throw new VenvoyError({
    kind: 'config',
    what: `${unknown} is not locked, so it cannot be upgraded (${suggest(unknown, locked)})`,
  })
}

/** A question to pip on one host. */
interface Asked {
  readonly job: LockJob
  readonly target: Resolution['target']
  readonly host: HostSpec
}

async function lockAll(
  run: Run,
  hosts: readonly HostSpec[],
  jobs: readonly LockJob[],
  upgrade: Upgrade,
): Promise<readonly TargetResult[]> {
  const asked = new Map<HelperStep, Asked>()
  const specs = jobs.flatMap((job) => job.specs)
  const answers = await askHelpers(
    run,
    hosts,
    (host) => ({
      ...noQuestion,
      interpreters: 'if-needed',
      // No venv is ever made of nothing, so the interpreters are told.
      instances: specs.filter((spec) => spec.host === host).map((spec) => questionAbout(spec, '')),
    }),
    (probed) => questions(jobs, probed, upgrade, asked),
  )
  const isWhole = (job: LockJob) =>
    job.specs.every(({ host }) => [...answers.results].some((each) => each.host === host.name && each.outcome === 'ok'))
  for (const job of jobs) {
    if (isWhole(job)) await finish(run, job, resolutionsOf(run, job, asked, answers))
    else run.emit({ type: 'run:note', level: 'warning', text: `${job.path} is left as it is` })
  }
  return answers.results
}

/** For each lockfile and each kind of target one question, to the first host of that kind. */
function questions(
  jobs: readonly LockJob[],
  probed: readonly Probed[],
  upgrade: Upgrade,
  asked: Map<HelperStep, Asked>,
): ReadonlyMap<HostSpec, readonly HelperStep[]> {
  for (const job of jobs) {
    const labels = new Set<string>()
    for (const spec of job.specs) {
      const facts = probed.find(({ host }) => host === spec.host)?.facts
      const found = facts && targetOfHost(spec, facts)
      if (found === undefined || labels.has(found.target.label)) continue
      labels.add(found.target.label)
      const pins = pinsOf(job.old?.lockfile, found.target, upgrade)
      asked.set(resolveStep(spec, found, job.sources, pins), { job, target: found.target, host: spec.host })
    }
  }
  const hosts = new Set([...asked.values()].map(({ host }) => host))
  return new Map(
    [...hosts].map((host) => [host, [...asked].filter(([, each]) => each.host === host).map(([step]) => step)]),
  )
}

/** What pip said, and warnings about what it said. */
function resolutionsOf(
  run: Run,
  job: LockJob,
  asked: ReadonlyMap<HelperStep, Asked>,
  { events }: HelperAnswers,
): Resolution[] {
  return [...asked].flatMap(([step, { job: own, target }]) => {
    const answer = events.get(step)?.find((event) => event.event === 'resolved')
    if (own !== job || answer === undefined) return []
    const { packages, dropped } = answer
    if (dropped.length > 0)
      run.emit({ type: 'run:note', level: 'info', text: `no longer fitting, so chosen anew: ${dropped.join(', ')}` })
    return [{ target, packages }]
  })
}

async function finish(run: Run, job: LockJob, resolutions: readonly Resolution[]): Promise<void> {
  const { path, old, format, digest, sources } = job
  const made = lockText(format, resolutions, digest, sources.from)
  const note = (level: 'info' | 'warning', text: string) =>
    run.emit({ type: 'run:note', level, text: `${path}: ${text}` })
  const lost = (old?.lockfile.targets ?? []).filter((each) => !made.targets.includes(each))
  if (lost.length > 0) note('warning', `no longer made for ${lost.join('; ')}`)
  if (old?.text === made.text) return note('info', `nothing changes (${summary(made)})`)
  const draft = `${job.file}.venvoy`
  await writeFile(draft, made.text)
  await rename(draft, job.file)
  const versions = (packages: LockedText['packages']) => packages.map(({ name, version }) => [name, version] as const)
  const changes = changeLines(versions(old?.lockfile.packages ?? []), versions(made.packages))
  if (changes.length > 0) run.emit({ type: 'run:table', columns: [path], rows: changes.map((line) => [line]) })
  note('info', `written (${changes.length === 0 ? 'the same versions; ' : ''}${summary(made)})`)
}

const summary = ({ packages, madeFor }: LockedText): string =>
  `${plural(new Set(packages.map(({ name }) => name)).size, 'package')} for ${madeFor.join('; ')}`
