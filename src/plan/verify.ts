import { posix } from 'node:path'
import type { InstanceSpec } from '../config/spec.js'
import type { Failure } from '../errors.js'
import type { DriftGroup } from '../events.js'
import type { HostFacts, InstanceFacts } from '../facts/facts.js'
import { noQuestion, type ProbeQuestion } from '../facts/probe.js'
import { questionAbout } from '../facts/question.js'
import { plural } from '../operations/files.js'
import { placeOf, stateOf } from '../operations/state.js'
import type { HelperStep } from '../operations/step.js'
import type { Verified, VerifyInput } from '../remote/verified.js'

/** What must be known of a host before it can be asked. */
export const verifyQuestion = (specs: readonly InstanceSpec[]): ProbeQuestion => ({
  ...noQuestion,
  programs: ['python3', 'python2.7'],
  instances: specs.map((spec) => questionAbout(spec, '')),
})

/** What proves the instances of one host, in one call: what they share is read once. Nothing where none is deployed. */
export function verifyStep(specs: readonly InstanceSpec[], facts: HostFacts): HelperStep | undefined {
  const instances = specs.flatMap((spec) => {
    const places = placesOf(spec, stateOf(spec, facts))
    return places === undefined ? [] : [{ instance: spec.name, ...places }]
  })
  if (instances.length === 0) return undefined
  const title = `verify ${instances.length === 1 ? instances[0]!.instance : plural(instances.length, 'instance')}`
  const input = { instances } satisfies VerifyInput
  return { kind: 'helper', title, lines: [], python: pythonFor(specs, facts), action: 'verify', input }
}

/** What serves: a release with its venv, or a venv alone that `venv create` has made. */
function placesOf({ venv }: InstanceSpec, { to, home, current, homeEntry }: InstanceFacts) {
  if (current !== undefined) return { release: `${to}/releases/${current.number}`, venv: current.venv }
  const isOurs = homeEntry?.startsWith(`${home}/.venvoy/`) && posix.basename(homeEntry) === venv.name
  return isOurs ? { venv: homeEntry! } : undefined
}

/** Rather one that is as it was than that of a venv that may have drifted. */
function pythonFor(specs: readonly InstanceSpec[], facts: HostFacts): string {
  const served = specs.flatMap((spec) => stateOf(spec, facts).served ?? [])
  const sound = served.find((each) => each.sound)?.receipt.python.real
  const { python3, 'python2.7': python2 } = facts.programs
  return sound ?? python3 ?? python2 ?? served[0]?.receipt.python.real ?? 'python3'
}

/** What the columns of `venvoy verify` are called, the telling ones first; a row is `describeVerified`. */
export const verifyColumns = ['instance', 'host', 'state', 'release', 'packages', 'files', 'content', 'venv'] as const

/** One instance on a host, a value for each of `verifyColumns`. Without an answer nothing serves there. */
export function describeVerified(spec: InstanceSpec, facts: HostFacts, verified: Verified | undefined): string[] {
  const { current, currentProblem } = stateOf(spec, facts)
  const row = (state: string, more: readonly string[]) => [
    ...[spec.name, spec.host.name, state, current ? String(current.number) : ''],
    ...more,
    spec.venv.name,
  ]
  if (currentProblem !== undefined) return row(`current ${currentProblem}`, ['', '', ''])
  if (verified === undefined) return row('not deployed', ['', '', ''])
  const { drift, packages, files, content } = verified
  const state = drift.length === 0 ? 'as made' : plural(countOf(drift), 'difference')
  return row(state, [String(packages), String(files), shortDigest(content)])
}

const shortDigest = (content: string | null): string => content?.slice(0, 12) ?? ''

const countOf = (drift: readonly DriftGroup[]): number =>
  drift.reduce((sum, { counts }) => sum + Object.values(counts).reduce((a, b) => a + b, 0), 0)

/** What is wrong with an instance, if anything is. */
export function failureOf(spec: InstanceSpec, facts: HostFacts, verified: Verified | undefined): Failure | undefined {
  const { currentProblem } = stateOf(spec, facts)
  const told = { kind: 'difference', where: placeOf(spec), next: `venvoy deploy ${spec.name}` } as const
  if (currentProblem !== undefined) return { ...told, what: `current ${currentProblem}` }
  if (verified === undefined || verified.drift.length === 0) return undefined
  const { drift, marked } = verified
  const lines = drift.map(groupLine)
  const more = lines.length - mostGroups
  return {
    ...told,
    what: `it is not as it was made: ${plural(countOf(drift), 'difference')}`,
    why: [
      ...lines.slice(0, mostGroups),
      ...(more > 0 ? [`and ${plural(more, 'package')} more`] : []),
      ...(marked ? [] : ['this user may not note it there, so a deploy will not know of it']),
    ],
    next: marked
      ? `venvoy deploy ${spec.name}   (builds it anew beside this one; what runs keeps what it has)`
      : `verify as the owner of ${drift[0]!.at}`,
  }
}

const mostGroups = 20
const mostNames = 3

const places: Record<DriftGroup['place'], string> = {
  release: 'release',
  pip: 'pip',
  packages: 'shared packages',
  venv: 'venv',
}

/** `shared packages: six 1.16.0: six.py changed`; `…: django 5.1.4: 812 missing (django/apps.py, … and 809 more)`. */
function groupLine({ place, package: of, counts, first }: DriftGroup): string {
  const said = Object.entries(counts).flatMap(([what, count]) => {
    const own = first.filter(([each]) => each === what)
    if (what === 'package' || what === 'interpreter') return own.map(([, , detail]) => detail ?? what)
    const names = own.slice(0, mostNames).map(([, path, detail]) => nameOf(path, detail))
    const left = count - names.length
    const listed = `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`
    return [count === 1 ? `${listed} ${words[what] ?? what}` : `${count} ${words[what] ?? what}: ${listed}`]
  })
  return [places[place], ...(of === null ? [] : [of]), said.join('; ')].join(': ')
}

const words: Readonly<Record<string, string>> = { mode: 'with another mode', link: 'leading elsewhere' }

/** `lib/python3.11/site-packages/six.py` → `six.py` */
function nameOf(path: string | null, detail: string | null): string {
  const name = path?.split('/site-packages/').at(-1) ?? ''
  return detail === null ? name : `${name} (${detail})`
}

/** An instance, and what its host found. */
export interface Compared {
  readonly spec: InstanceSpec
  readonly verified: Verified
}

/**
 * Packages that should be the same on several hosts: those of one fingerprint have one content. A line for each set that is
 * compared; `differ`: those that are not.
 */
export function compareContents(all: readonly Compared[]): { same: string[]; differ: string[] } {
  const groups = new Map<string, Map<string, Set<string>>>()
  for (const { spec, verified } of all) {
    const { fingerprint, content } = verified
    if (fingerprint === null || content === null) continue
    const group = groups.get(fingerprint) ?? new Map<string, Set<string>>()
    groups.set(fingerprint, group)
    group.set(content, (group.get(content) ?? new Set()).add(spec.host.name))
  }
  const several = [...groups].filter(([, group]) => new Set([...group.values()].flatMap((each) => [...each])).size > 1)
  const lines = (isSame: boolean) => several.filter(([, group]) => (group.size === 1) === isSame).map(compareLine)
  return { same: lines(true), differ: lines(false) }
}

function compareLine([fingerprint, group]: [string, Map<string, Set<string>>]): string {
  const sets = [...group].sort(([, a], [, b]) => b.size - a.size)
  if (sets.length === 1) return `the same packages on ${listed(sets[0]![1])}: content ${shortDigest(sets[0]![0])}`
  const each = sets.map(([content, hosts]) => `${shortDigest(content)} on ${listed(hosts)}`)
  return `packages ${fingerprint} differ between hosts: ${each.join('; ')}`
}

const listed = (hosts: ReadonlySet<string>): string => [...hosts].join(', ')
