import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take longest, longest first. They begin before all others, so that none of them is left alone at the end with
 * one core idle; a new one that takes more than half a minute belongs here.
 */
const longest = [
  'wrapper-commands',
  'shared-packages',
  'faults',
  'services-supervisor',
  'faults-hosts',
  'peer-cases',
  'verify-hosts',
  'verify',
  'helper-matrix',
  'deploy-instances',
  'example-django',
  'uv',
  'uv-killed',
  'crash-walk',
  'example-clients',
  'shared-matrix',
  'workon-hooks',
  'sudo',
  'cron',
  'services',
  'setup',
  'workon',
  'bad-hosts',
  'undo',
  'prune',
  'example-rolling',
  'file-steps',
  'lock',
  'steps',
  'hundred-instances',
].map((name) => `/test/integration/${name}.test.ts`)

/** How early a file begins: by its place in the list, else after those in it. */
const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = longest.findIndex((path) => moduleId.endsWith(path))
  return rank === -1 ? longest.length : rank
}

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b))
  }
}
