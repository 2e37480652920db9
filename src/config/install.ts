import type { Pyproject } from './pyproject.js'

/** What goes into the venv. */
export type Install =
  /** `make` is the line that writes the file, where it is not there yet. */
  | { readonly kind: 'file'; readonly file: string; readonly make?: string }
  | { readonly kind: 'packages'; readonly packages: readonly string[]; readonly why: string }
  | { readonly kind: 'nothing' }

/** What writes a requirements.txt from each lock file. */
const exports: readonly (readonly [lock: string, make: string])[] = [
  ['uv.lock', 'uv export --frozen --no-dev --no-emit-project -o requirements.txt'],
  ['poetry.lock', 'poetry export -o requirements.txt'],
  ['pdm.lock', 'pdm export --prod -o requirements.txt'],
  ['Pipfile.lock', 'pipenv requirements --hash > requirements.txt'],
  ['requirements.in', 'pip-compile --generate-hashes requirements.in'],
]

/** The names that requirements for a host go by, the best first. */
const wellKnown = [
  'requirements.txt',
  'requirements/production.txt',
  'requirements/prod.txt',
  'requirements/base.txt',
  'requirements-production.txt',
  'requirements-prod.txt',
]

/** Requirements files first, then what makes one from a lock file, then what pyproject.toml or setup.py say. */
export function findInstall(files: ReadonlyMap<string, string>, pyproject: Pyproject): Install {
  const file = requirementsFile([...files.keys()])
  if (file !== undefined) return { kind: 'file', file }
  const make = exports.find(([lock]) => files.has(lock))?.[1]
  if (make !== undefined) return { kind: 'file', file: 'requirements.txt', make }
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
