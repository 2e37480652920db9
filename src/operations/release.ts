import type { InstanceSpec } from '../config/spec.js'
import type { InstanceFacts } from '../facts/facts.js'
import { cachedTree, plural } from './files.js'
import { assertShareable } from './shareable.js'
import type { HelperStep } from './step.js'
import type { Tree } from './tree.js'
import type { VenvWork } from './venv.js'

/** What a release is made of. */
interface ReleaseSources {
  readonly tree: Tree
  readonly venv: VenvWork
  /** Who deploys, from where: `ann@laptop`. */
  readonly by: string
}

/** A release that is to be made. */
export interface ReleaseWork {
  readonly number: number
  readonly step: HelperStep
}

/** A release of this tree with this venv; nothing where that is what serves. */
export function release(
  spec: InstanceSpec,
  facts: InstanceFacts,
  { tree, venv, by }: ReleaseSources,
): ReleaseWork | undefined {
  const { current, served } = facts
  assertShareable(spec, tree)
  const isShared = current === undefined || isSame(current.shared ?? [], spec.shared)
  if (current?.digest === tree.digest && served?.path === venv.path && isShared) return undefined
  const number = Math.max(0, ...facts.releases) + 1
  const { revision, commit, digest } = tree
  const { fingerprint } = venv
  const step: HelperStep = {
    kind: 'helper',
    title: `make release ${number}: ${revision}`,
    lines: [
      isShared ? difference(facts, tree) : 'other files are shared',
      `${plural(tree.entries.length, 'file')} in ${spec.to}`,
      ...(spec.shared.length > 0 ? [`shared by all releases: ${spec.shared.join(', ')}`] : []),
    ],
    python: venv.python,
    action: 'release',
    input: {
      to: facts.to,
      number,
      tree: cachedTree(tree),
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
      ...(spec.shared.length > 0 && { shared: spec.shared }),
      generation: facts.generation,
    },
  }
  return { number, step }
}

function difference({ current }: InstanceFacts, { revision, digest }: Tree): string {
  if (current === undefined) return 'the first one'
  if (current.digest === digest) return `the same files as release ${current.number}, with another venv`
  if (current.revision === revision) return `other files than release ${current.number} of that revision`
  return `release ${current.number} is ${current.revision}`
}

const isSame = (one: readonly string[], other: readonly string[]): boolean => one.join('\n') === other.join('\n')
