import type { Pyproject } from './pyproject.js'

/** What goes into the venv. */
export type Install =
  | { readonly kind: 'lockfile'; readonly file: string }
  /** `make` is the line that writes the file, where it is not there yet. */
  | { readonly kind: 'file'; readonly file: string; readonly make?: string }
  | { readonly kind: 'packages'; readonly packages: readonly string[]; readonly why: string }
  | { readonly kind: 'nothing' }

/** The lockfiles that a deploy reads, the better ones first. */
const lockfiles = ['pylock.toml', 'uv.lock', 'poetry.lock', 'Pipfile.lock']

/** What makes a requirements.txt of a lock file that a deploy does not read. */
const pdm = 'pdm export --prod -o requirements.txt'

/** The names that requirements for a host go by, the best first. */
const wellKnown = [
  'requirements.txt',
  'requirements/production.txt',
  'requirements/prod.txt',
  'requirements/base.txt',
  'requirements-production.txt',
  'requirements-prod.txt',
  'requirements.in',
]

/** What is exact first: a lockfile. Then requirements files, then what pyproject.toml or setup.py say. */
export function findInstall(files: ReadonlyMap<string, string>, pyproject: Pyproject): Install {
  const lockfile = lockfiles.find((path) => files.has(path))
  if (lockfile !== undefined) return { kind: 'lockfile', file: lockfile }
  const file = requirementsFile([...files.keys()])
  if (file !== undefined) return { kind: 'file', file }
  if (files.has('pdm.lock')) return { kind: 'file', file: 'requirements.txt', make: pdm }
  const { dependencies, dependenciesFile, isPackage } = pyproject
  if (isPackage || files.has('setup.py'))
    return { kind: 'packages', packages: ['.'], why: 'the project itself, and with it what it needs' }
  if (dependenciesFile !== undefined && files.has(dependenciesFile)) return { kind: 'file', file: dependenciesFile }
  if (dependencies === undefined || dependencies.length === 0) return { kind: 'nothing' }
  return { kind: 'packages', packages: dependencies, why: 'as pyproject.toml has them' }
}

function requirementsFile(paths: readonly string[]): string | undefined {
  const known = wellKnown.find((path) => paths.includes(path))
  if (known !== undefined) return known
  // `requirements_prod.txt`, `requirements/live.txt`; not `requirements-dev.txt`
  const isRequirements = /^requirements[\w./-]*\.txt$/
  const isForPeople = /dev|test|lint|doc|local|ci\b/i
  return paths.filter((path) => isRequirements.test(path) && !isForPeople.test(path)).sort()[0]
}
