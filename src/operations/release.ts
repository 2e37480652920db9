import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import { changedFiles } from './changed-files.js'
import { treeOfRelease } from './contents.js'
import { driftReason } from './drift.js'
import { plural } from './files.js'
import { envLines, envTexts } from './release-env.js'
import { releaseFlaw } from './release-flaw.js'
import { assertPlaces, templateInputs, templateLines } from './release-templates.js'
import { cronLines, runText, type Settings, serviceLines } from './settings.js'
import { assertShareable } from './shareable.js'
import { sourceLines } from './source-lines.js'
import type { HelperStep } from './step.js'
import type { SourceChanges, Tree } from './tree.js'
import type { VenvWork } from './venv.js'
import { wrapperLines } from './wrappers.js'

/** What a release is made of. */
interface ReleaseSources {
  readonly tree: Tree
  readonly venv: VenvWork
  /** Who deploys, from where: `ann@laptop`. */
  readonly by: string
  /** What lies between the release that serves and the tree, where the source can say. */
  readonly changes?: SourceChanges | undefined
  readonly settings: Settings
}

/** A release that is to be made. */
export interface ReleaseWork {
  readonly number: number
  readonly step: HelperStep
}

/** A release of this tree with this venv and this env; nothing where that is what serves. */
export function release(
  spec: InstanceSpec,
  facts: InstanceFacts,
  { tree, venv, by, changes, settings }: ReleaseSources,
): ReleaseWork | undefined {
  const { current, served } = facts
  const flaw = releaseFlaw(facts)
  assertShareable(spec, tree)
  const isShared = current === undefined || isSame(current.shared ?? [], spec.shared)
  assertPlaces(spec, tree)
  const values = [
    ...serviceLines(settings, facts),
    ...cronLines(spec, facts),
    ...wrapperLines(spec, settings.receipt.wrappers ?? {}, facts),
    ...envLines(spec, facts),
    ...templateLines(spec, facts),
  ]
  const isSameVenv = served?.path === venv.path
  const serves = current?.digest === tree.digest && isSameVenv && isShared && values.length === 0
  if (serves && !flaw && facts.drift === undefined) return undefined
  const number = Math.max(0, ...facts.releases) + 1
  const { revision, commit, digest } = tree
  const { templates = [] } = spec
  const { fingerprint } = venv
  const step: HelperStep = {
    kind: 'helper',
    title: `make release ${number}: ${revision}`,
    lines: [
      isShared ? (flaw ?? difference(facts, tree, isSameVenv, values)) : 'other files are shared',
      ...(current && current.digest !== tree.digest ? sourceLines(current, tree, changes) : []),
      ...fileLines(spec, facts, tree, changes),
      ...values,
      ...(spec.shared.length > 0 ? [`shared by all releases: ${spec.shared.join(', ')}`] : []),
    ],
    python: venv.python,
    action: 'release',
    input: {
      to: facts.to,
      number,
      tree: treeOfRelease(spec, tree),
      venv: venv.path,
      receipt: {
        v: 1,
        number,
        revision,
        ...(commit !== undefined && { commit }),
        digest,
        venv: venv.path,
        fingerprint,
        by,
      },
      env: envTexts(spec),
      ...(templates.length > 0 && { templates: templateInputs(spec) }),
      ...(spec.shared.length > 0 && { shared: spec.shared }),
      ...(spec.writable && { writable: true }),
      texts: settings.texts,
      ...(settings.crontab !== undefined && { crontab: settings.crontab }),
      ...(settings.wrappers && { wrappers: JSON.stringify(settings.wrappers) }),
      units: JSON.stringify({ v: 1, services: settings.units }),
      settings: JSON.stringify(settings.receipt),
      run: runText(facts.to),
      generation: facts.generation,
    },
    sealed: {
      env: spec.env,
      templates,
      texts: { env: spec.env, services: spec.services, cron: spec.cron, wrappers: spec.wrappers },
    },
  }
  return { number, step }
}

function difference(
  { current, drift }: InstanceFacts,
  { revision, digest }: Tree,
  isSameVenv: boolean,
  values: string[],
): string {
  if (current === undefined) return 'the first one'
  if (drift !== undefined) return driftReason(drift)
  const other = isSameVenv ? kindOf(values) : 'another venv'
  if (current.digest === digest) return `the same files as release ${current.number}, with ${other}`
  if (current.revision === revision) return `other files than release ${current.number} of that revision`
  return `release ${current.number} is ${current.revision}`
}

function kindOf(values: readonly string[]): string {
  const kinds = { service: 'other services', cron: 'another cron', wrapper: 'other wrappers', env: 'another env' }
  // `~ service web: another command`
  const words = values.map((line) => line.split(' ')[1])
  const [found] = Object.entries(kinds).filter(([word]) => words.includes(word))
  return found?.[1] ?? 'other templates'
}

/** How many files there are, and as far as it is known which ones differ: the source may say how many, the host has a list. */
function fileLines(
  spec: InstanceSpec,
  { made, current }: InstanceFacts,
  tree: Tree,
  changes?: SourceChanges,
): string[] {
  const all = `${plural(tree.entries.length, 'file')} in ${spec.to}`
  if (changes?.files !== undefined) return [`${all}; ${plural(changes.files, 'file')} changed`]
  if (made === undefined || current?.digest === tree.digest) return [all]
  const { counts, lines } = changedFiles(made, tree)
  return [`${all}; ${counts}`, ...lines]
}

const isSame = (one: readonly string[], other: readonly string[]): boolean => one.join('\n') === other.join('\n')
