import { expect, it } from 'vitest'
import { findInstall, type Install } from '../../src/config/install.js'
import { lookAtPyproject } from '../../src/config/pyproject.js'

const cases: readonly (readonly [files: string[], found: Install])[] = [
  [[], { kind: 'nothing' }],
  [['requirements.txt', 'uv.lock', 'setup.py'], { kind: 'file', file: 'requirements.txt' }],
  [['requirements/dev.txt', 'requirements/base.txt'], { kind: 'file', file: 'requirements/base.txt' }],
  [['requirements-dev.txt', 'requirements_live.txt'], { kind: 'file', file: 'requirements_live.txt' }],
  [['requirements-dev.txt'], { kind: 'nothing' }],
  [
    ['uv.lock', 'pyproject.toml'],
    {
      kind: 'file',
      file: 'requirements.txt',
      make: 'uv export --frozen --no-dev --no-emit-project -o requirements.txt',
    },
  ],
  [['poetry.lock'], { kind: 'file', file: 'requirements.txt', make: 'poetry export -o requirements.txt' }],
  [['pdm.lock'], { kind: 'file', file: 'requirements.txt', make: 'pdm export --prod -o requirements.txt' }],
  [['Pipfile.lock'], { kind: 'file', file: 'requirements.txt', make: 'pipenv requirements --hash > requirements.txt' }],
  [
    ['requirements.in'],
    { kind: 'file', file: 'requirements.txt', make: 'pip-compile --generate-hashes requirements.in' },
  ],
  [['setup.py'], { kind: 'packages', packages: ['.'], why: 'the project itself, and with it what it needs' }],
]

it.each(cases)('installs of %j', (files, found) => {
  expect(findInstall(new Map(files.map((path) => [path, ''])), lookAtPyproject(''))).toEqual(found)
})

it('takes the file that pyproject.toml reads its dependencies from, if it is there', () => {
  const text = '[tool.setuptools.dynamic]\ndependencies = { file = "reqs.txt" }\n'
  expect(findInstall(new Map([['reqs.txt', '']]), lookAtPyproject(text))).toEqual({ kind: 'file', file: 'reqs.txt' })
  expect(findInstall(new Map(), lookAtPyproject(text))).toEqual({ kind: 'nothing' })
})
