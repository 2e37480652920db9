import type { Target } from '../events.js'
import { alikeLines } from './alike.js'
import type { OwnMask } from './own-words.js'

/** In nearly equal outputs so many lines may differ, and no more than a third. */
const mostDiffering = 3

/** An output is compared with so many that differ; where there are more, hardly any are alike. */
const mostCandidates = 100

/** All that one target printed, line by line. */
export interface Printed {
  readonly target: Target
  readonly lines: readonly string[]
  readonly mask: OwnMask
}

/** One line of a block where its targets differ, and those that printed it. */
export interface Variant {
  readonly text: string
  readonly targets: readonly Target[]
}

/** What several targets printed alike: each line once, or what each made of it. */
export interface Block {
  /** In the order given. */
  readonly targets: readonly Target[]
  readonly lines: readonly (string | readonly Variant[])[]
  /** Placeholders stand for each target's own words. Otherwise a placeholder is what was printed. */
  readonly isMasked: boolean
}

/** Targets with one and the same text. */
interface Group {
  readonly members: readonly Printed[]
  readonly lines: readonly string[]
  /** It may be put together with others that are nearly the same. */
  readonly isComparable: boolean
}

/**
 * Equal outputs become one block, equal up to the targets' own words likewise; nearly equal ones become one that says where they
 * differ. Nothing is lost: from the blocks follows what each target printed. In the order of the first target of each.
 */
export function fold(outputs: readonly Printed[]): Block[] {
  const places = new Map(outputs.map(({ target }, at) => [target, at]))
  const inOrder = (targets: readonly Target[]) => targets.toSorted((a, b) => places.get(a)! - places.get(b)!)
  return clusters(groups(outputs)).map((cluster) => blockOf(cluster, inOrder))
}

function groups(outputs: readonly Printed[]): Group[] {
  const texts = outputs.map(({ lines, mask }) => ({ lines, masked: mask(lines.join('\n'))?.split('\n') }))
  const alike = alikeLines(texts)
  const found = new Map<string, { members: Printed[]; lines: readonly string[]; isComparable: boolean }>()
  outputs.forEach((output, at) => {
    const isComparable = texts[at]!.masked !== undefined
    const key = `${isComparable ? '~' : '='} ${alike[at]!.join('\n')}`
    const group = found.get(key) ?? { members: [], lines: alike[at]!, isComparable }
    found.set(key, group)
    group.members.push(output)
  })
  return [...found.values()]
}

/** Groups that are nearly the same, beside the places where they differ. */
interface Cluster {
  readonly groups: Group[]
  readonly differing: Set<number>
}

function clusters(all: readonly Group[]): Cluster[] {
  const found: Cluster[] = []
  const byLength = new Map<number, Cluster[]>()
  for (const group of all) {
    const candidates = byLength.get(group.lines.length) ?? []
    byLength.set(group.lines.length, candidates)
    if (group.isComparable && candidates.some((cluster) => joins(cluster, group))) continue
    const cluster = { groups: [group], differing: new Set<number>() }
    found.push(cluster)
    if (group.isComparable && candidates.length < mostCandidates) candidates.push(cluster)
  }
  return found
}

/** Adds a group to a cluster if it differs in few lines. */
function joins({ groups, differing }: Cluster, { lines, ...rest }: Group): boolean {
  const most = Math.min(mostDiffering, Math.floor(lines.length / 3))
  const base = groups[0]!.lines
  const added: number[] = []
  for (let at = 0; at < lines.length; at += 1) {
    if (lines[at] === base[at] || differing.has(at)) continue
    if (differing.size + added.length === most) return false
    added.push(at)
  }
  groups.push({ lines, ...rest })
  for (const at of added) differing.add(at)
  return true
}

type InOrder = (targets: readonly Target[]) => readonly Target[]

function blockOf({ groups, differing }: Cluster, inOrder: InOrder): Block {
  const [first] = groups
  const [only, ...others] = groups.flatMap(({ members }) => members)
  if (only !== undefined && others.length === 0) return { targets: [only.target], lines: only.lines, isMasked: false }
  return {
    targets: inOrder(groups.flatMap(({ members }) => members.map(({ target }) => target))),
    lines: first!.lines.map((line, at) => (differing.has(at) ? variants(groups, at, inOrder) : line)),
    isMasked: first!.isComparable,
  }
}

function variants(groups: readonly Group[], at: number, inOrder: InOrder): Variant[] {
  const found = new Map<string, Target[]>()
  for (const { lines, members } of groups) {
    const text = lines[at]!
    const targets = found.get(text) ?? []
    found.set(text, targets)
    for (const { target } of members) targets.push(target)
  }
  return [...found].map(([text, targets]) => ({ text, targets: inOrder(targets) }))
}
