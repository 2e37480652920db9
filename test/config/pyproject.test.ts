import { expect, it } from 'vitest'
import { lookAtPyproject, type Pyproject } from '../../src/config/pyproject.js'

const cases: readonly (readonly [text: string, found: Pyproject])[] = [
  ['', { isPackage: false }],
  ["[project]\nname = 'blog'\n", { name: 'blog', isPackage: false }],
  [
    '[ project ] # x\r\nname = "blog"\r\nrequires-python = ">= 3.10"\r\n',
    {
      name: 'blog',
      requiresPython: '>= 3.10',
      isPackage: false,
    },
  ],
  ['[tool.other]\nname = "no"\n', { isPackage: false }],
  ['[tool.poetry]\nname = "blog"\npackage-mode = false\n[build-system]\n', { name: 'blog', isPackage: false }],
  ['[build-system]\nrequires = []\n', { isPackage: true }],
  ['[project]\ndependencies = []\n', { dependencies: [], isPackage: false }],
  [
    '[project]\ndependencies = [ "a[x]>=1", # "no" ]\n \'b\', "c; python_version < \\"3.9\\"" ]\n[project.scripts]\nname = "no"\n',
    { dependencies: ['a[x]>=1', 'b', 'c; python_version < "3.9"'], isPackage: false },
  ],
  ['[project]\ndependencies = [ "never ends"\n', { isPackage: false }],
  [
    '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = { file = ["reqs.txt"] }\n',
    { dependenciesFile: 'reqs.txt', isPackage: false },
  ],
]

it.each(cases)('sees in %j', (text, found) => {
  expect(lookAtPyproject(text)).toEqual(found)
})
