import { describe, expect, it } from 'vitest'
import { type ProjectFile, placeOf, projectFiles } from './project-files.js'

interface Rule {
  readonly what: string
  readonly pattern: RegExp
  /** Where it holds. */
  readonly applies: (path: string) => boolean
  /** What it must find, and what it must leave alone; each is tried. */
  readonly bad: readonly string[]
  readonly good: readonly string[]
}

const isSource = (path: string) => /^(src|tasks)\//.test(path)
const isTypeScript = (path: string) => isSource(path) && path.endsWith('.ts')
const isForPeople = (path: string) => isSource(path) || /^(docs|examples)\/|^[^/]+\.(md|yml)$/.test(path)
const always = () => true

const rules: readonly Rule[] = [
  {
    what: 'unfinished work',
    pattern: /\b(?:TODO|FIXME|XXX)\b/g,
    applies: always,
    bad: ['// TODO: later', '# FIXME', 'XXX'],
    good: ['to do', 'mktemp -t venvoy.XXXXXX', 'todos'],
  },
  {
    what: '"environment": say venv, or env, or environment variable',
    // PEP 751 and supervisor have a key of that name.
    pattern: /(?<![-\w']|virtual\s)environments?\b(?!\s+variables?\b| = [[$]|=HOME)/gi,
    applies: isForPeople,
    bad: ['the environment is built', 'Environments', 'in its own environment.', 'environment\nis'],
    good: [
      'an environment variable',
      'environment\nvariables',
      'a Python virtual environment',
      'externally-managed-environment',
      "file.texts('environments')",
      'environments = [',
      'environment=HOME=',
    ],
  },
  {
    what: 'a name without a subject',
    // `from './utils.js'`, `const utils =`, `VenvManager`; not what other packages call so
    pattern: /\bfrom '\.[^']*\/utils?\b|\b(?:const|let|class|function|interface|type) utils?\b|\b\w*Manager\b/g,
    applies: isTypeScript,
    bad: ["import { a } from './utils.js'", 'const utils = 1', 'class VenvManager', 'new Manager()'],
    good: ['manages', 'package manager', 'utility', "from 'node:util'", 'ssh2.utils.parseKey(text)'],
  },
  {
    what: 'the console, which belongs to cli/render',
    pattern: /\bconsole\.\w+/g,
    applies: (path) => isTypeScript(path) && !/^src\/(cli|render)\//.test(path),
    bad: ["console.log('x')", 'console.error(e)'],
    good: ['the console'],
  },
  {
    // Only a second Ctrl-C may: whoever presses it wants just that.
    what: 'process.exit, which loses what is not yet written',
    pattern: /\bprocess\.(?:exit|abort|reallyExit)\s*\(/g,
    applies: (path) => /^(src|tasks|scripts)\//.test(path) && path !== 'src/cli/main.ts',
    bad: ['process.exit(1)', 'process.abort()'],
    good: ['process.exitCode = 1', 'process.exitCode'],
  },
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.~}])\/(?:root|work|Users\/\w+)\/[\w.]/g,
    applies: always,
    bad: ["'/root/.pyenv/bin'", '/work/main', '/Users/ann/x'],
    good: ['~/work/blog', './root/x', "home: '/root'"],
  },
  {
    what: 'the address of a package registry',
    pattern: /\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|proxy\.golang\.org)\b/gi,
    applies: always,
    bad: [['https://pypi', 'org/simple'].join('.'), ['registry.npmjs', 'org'].join('.')],
    good: ['https://pypi.example.com/simple'],
  },
]

const findings = (rule: Rule, file: ProjectFile): string[] =>
  [...file.text.matchAll(rule.pattern)].map((match) => `${placeOf(file, match.index)}: ${match[0]}`)

/** All texts of the project but these rules, which name what they forbid. */
const files = projectFiles(
  ['src', 'tasks', 'test', 'docs', 'examples', 'scripts', 'bench', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ['.ts', '.mjs', '.js', '.sh', '.py', '.md', '.yml', '.json'],
)
  .concat(projectFiles(['deploy.example.yml', 'biome.json', 'package.json', 'vitest.config.ts'], ['']))
  .filter(({ path }) => path !== 'test/habits/words.test.ts')

describe.each(rules)('$what', ({ bad, good, ...rest }) => {
  const rule = { ...rest, bad, good }

  it.each(bad)('is found in %j', (text) => {
    expect(findings(rule, { path: 'a', text })).toHaveLength(1)
  })

  it.each(good)('is not found in %j', (text) => {
    expect(findings(rule, { path: 'a', text })).toEqual([])
  })

  it('is nowhere in the project', () => {
    const held = files.filter(({ path }) => rule.applies(path))
    expect(held.length).toBeGreaterThan(10)
    expect(held.flatMap((file) => findings(rule, file))).toEqual([])
  })
})
