import type { InstanceSpec } from '../config/spec.js'
import type { FetchInput } from '../remote/instance-input.js'
import type { ListedTree } from '../remote/venv-input.js'
import { cachedTree, files, filesCache } from './files.js'
import type { FilesStep, HelperStep } from './step.js'
import type { Tree, TreeFile } from './tree.js'

/** Where a host keeps its mirrors of repositories. */
const mirrors = '~/.cache/venvoy/git'

const isFetched = ({ via }: InstanceSpec, { origin }: Tree): boolean => via === 'host' && origin !== undefined

/** A tree as the release takes it: of one that was sent, what was sent with it says all; a host that fetches has no list. */
export const treeOfRelease = (spec: InstanceSpec, tree: Tree): ReturnType<typeof cachedTree> | ListedTree =>
  isFetched(spec, tree) ? cachedTree(tree) : { cache: filesCache, digest: tree.digest }

/** Brings the contents of a tree to the host's cache: sent from here, or with `via: host` fetched by the host itself. */
export function contents(spec: InstanceSpec, python: string, tree: Tree): FilesStep | HelperStep {
  const { origin } = tree
  const sent = files(python, tree)
  if (!isFetched(spec, tree) || origin === undefined) return sent
  const own = tree.entries.filter((entry): entry is TreeFile => entry.kind === 'file')
  const [amount = ''] = sent.lines[0]?.split(';') ?? []
  return {
    kind: 'helper',
    title: `fetch files of ${tree.revision} on the host`,
    lines: [`${amount}; only what its cache lacks is fetched`, `by its own git, from ${origin.address}`],
    python,
    action: 'fetch',
    input: {
      cache: filesCache,
      mirrors,
      ...origin,
      files: own.map(({ path, digest, size }) => [path, digest, size]),
    } satisfies FetchInput,
  }
}
