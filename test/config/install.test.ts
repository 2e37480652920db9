import { expect, it } from 'vitest'
import { findInstall, type Install } from '../../src/config/install.js'
import { lookAtPyproject } from '../../src/config/pyproject.js'

const cases: readonly (readonly [files: string[], found: Install])[] = [
  [[], { kind: 'nothing' }],
  [['requirements.txt', 'setup.py'], { kind: 'file', file: 'requirements.txt' }],
  [['requirements.txt', 'uv.lock', 'setup.py'], { kind: 'lockfile', file: 'uv.lock' }],
  [['Pipfile.lock', 'poetry.lock', 'uv.lock', 'pylock.toml'], { kind: 'lockfile', file: 'pylock.toml' }],
  [['Pipfile.lock', 'poetry.lock'], { kind: 'lockfile', file: 'poetry.lock' }],
  [['Pipfile.lock'], { kind: 'lockfile', file: 'Pipfile.lock' }],
  [['requirements/dev.txt', 'requirements/base.txt'], { kind: 'file', file: 'requirements/base.txt' }],
  [['requirements-dev.txt', 'requirements_live.txt'], { kind: 'file', file: 'requirements_live.txt' }],
  [['requirements-dev.txt'], { kind: 'nothing' }],
  [['pdm.lock'], { kind: 'file', file: 'requirements.txt', make: 'pdm export --prod -o requirements.txt' }],
  [['requirements.in'], { kind: 'file', file: 'requirements.in' }],
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
