import { createHash } from 'node:crypto'
import type { CommandSpec, InstanceSpec, VenvSpec } from '../../src/config/spec.js'
import type {
  HostFacts,
  InstanceFacts,
  Interpreter,
  ReleaseReceipt,
  VenvReceipt,
  WrapperReceipt,
} from '../../src/facts/facts.js'
import { venvInputs } from '../../src/operations/fingerprint.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import { settingsOf } from '../../src/operations/settings.js'
import type { Tree } from '../../src/operations/tree.js'
import { wrapperFiles } from '../../src/operations/wrapper.js'
import { shell } from '../../src/shell/command.js'
import { emptyContext } from '../../src/shell/context.js'

/** Specs, facts and trees for tests: each takes what a case is about, the rest is the same everywhere. */

export const venvOf = (changes: Partial<VenvSpec> = {}): VenvSpec => ({
  name: 'blog-staging',
  python: '3.11',
  with: 'venv',
  requirements: ['requirements.txt'],
  packages: [],
  constraints: [],
  systemSitePackages: false,
  postInstall: [],
  hooks: false,
  home: '~/.virtualenvs',
  ...changes,
})

export function specOf(changes: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    project: 'blog',
    name: 'staging',
    host: { name: 'web1', local: false, env: {}, vars: {} },
    first: true,
    ports: {},
    env: {},
    venv: venvOf(),
    to: '~/apps/blog-staging',
    beforeSwitch: [],
    afterSwitch: [],
    health: [],
    shared: [],
    keep: 5,
    ...changes,
  }
}

export const stepOf = (text: string, changes: Partial<CommandSpec> = {}): CommandSpec => ({
  kind: 'run',
  title: text,
  command: shell(text),
  context: emptyContext,
  retries: 0,
  warnOnly: false,
  once: false,
  ...changes,
})

/** A tree of files with these texts. */
export function treeOf(texts: Record<string, string>, revision = 'main (3f2a91c)'): Tree {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const entries = Object.entries(texts).map(([path, text]) => {
    return { kind: 'file' as const, path, executable: false, size: text.length, digest: sha256(text) }
  })
  const read = async (digest: string) => {
    const text = Object.values(texts).find((each) => sha256(each) === digest)
    return new TextEncoder().encode(text)
  }
  async function* pieces(digest: string) {
    yield await read(digest)
  }
  return { entries, digest: sha256(JSON.stringify(entries)), revision, read, pieces }
}

export const requirementsOf = (text = 'django==5.1.4\n'): RequirementsFiles => ({
  files: { 'requirements.txt': text },
  arguments: ['-r', 'requirements.txt'],
  needsTree: false,
})

export const python311: Interpreter = {
  path: '/usr/bin/python3.11',
  real: '/usr/bin/python3.11',
  version: '3.11.2',
  implementation: 'cpython',
  abi: 'cpython-311-x86_64-linux-gnu',
  platform: 'linux-x86_64',
  hasVenv: true,
  hasEnsurepip: true,
  stamp: '131 6757240 1700000000',
}

export const pythonOf = (version: string, changes: Partial<Interpreter> = {}): Interpreter => {
  const path = `/opt/python/${version}/bin/python${version.split('.').slice(0, 2).join('.')}`
  return { ...python311, path, real: path, version, stamp: `9 9 ${version.replaceAll('.', '')}`, ...changes }
}

export const factsOf = (state: Partial<InstanceFacts> = {}, changes: Partial<HostFacts> = {}): HostFacts => ({
  system: {
    os: 'Linux',
    arch: 'x86_64',
    user: 'ann',
    uid: 1000,
    home: '/home/ann',
    hostname: 'web1',
    shell: '/bin/bash',
    now: 1_800_000_000,
  },
  programs: {},
  interpreters: [python311],
  instances: {
    staging: {
      to: '/home/ann/apps/blog-staging',
      home: '/home/ann/.virtualenvs',
      generation: 0,
      releases: [],
      ...state,
    },
  },
  venvs: [],
  free: {},
  ...changes,
})

export const venvReceiptOf = (changes: Partial<VenvReceipt> = {}): VenvReceipt => ({
  v: 1,
  name: 'blog-staging',
  fingerprint: '0123456789abcdef',
  inputs: venvInputs(venvOf(), requirementsOf()),
  python: { path: python311.path, real: python311.real, version: python311.version, stamp: python311.stamp },
  installed: [['django', '5.1.4']],
  created: '2027-01-15T07:00:00Z',
  ...changes,
})

/** As a deploy leaves it. */
export const wrapperReceiptOf = (spec = specOf(), kept: readonly string[] = []): WrapperReceipt => {
  const { digest } = wrapperFiles(spec, factsOf().instances.staging!, true)
  return { digest, kept }
}

export const releaseReceiptOf = (tree: Tree, changes: Partial<ReleaseReceipt> = {}): ReleaseReceipt => ({
  v: 1,
  number: 7,
  revision: tree.revision,
  digest: tree.digest,
  venv: '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging',
  fingerprint: '0123456789abcdef',
  created: '2027-01-15T07:00:00Z',
  by: 'ann@laptop',
  ...changes,
})

/** The state in which a tree serves with a venv that is whole. */
export function serving(tree: Tree, changes: Partial<InstanceFacts> = {}): Partial<InstanceFacts> {
  const receipt = venvReceiptOf()
  const path = '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging'
  return {
    generation: 7,
    releases: [6, 7],
    whole: [6, 7],
    current: releaseReceiptOf(tree),
    settings: settingsOf(specOf(), factsOf(), tree).receipt,
    venv: receipt,
    served: { path, receipt, sound: true, wrapper: wrapperReceiptOf() },
    homeEntry: '/home/ann/apps/blog-staging/current/venv',
    ...changes,
  }
}
