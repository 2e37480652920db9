import { describe, expect, it } from 'vitest'
import { inputsDigest } from '../../src/lock/inputs.js'
import { readPyproject } from '../../src/lock/read-pyproject.js'
import { failureOf } from './support.js'

describe('the digest of what is locked', () => {
  const base = { files: { 'a.in': 'django\nflask==3 \\\n  ; os_name == "nt"\n' }, arguments: ['-r', 'a.in'] }

  it.each([
    ['a comment', { ...base, files: { 'a.in': '# web\ndjango # new\n\nflask==3 ; os_name == "nt"' } }],
    ['the order of lines', { ...base, files: { 'a.in': 'flask==3 ; os_name == "nt"\r\ndjango\n' } }],
  ])('does not change with %s', (_, inputs) => {
    expect(inputsDigest(inputs)).toBe(inputsDigest(base))
  })

  it.each([
    ['a requirement', { ...base, files: { 'a.in': 'django>=5\n' } }],
    ['another file', { ...base, files: { ...base.files, 'b.in': 'six' } }],
    ['a package', { ...base, arguments: [...base.arguments, 'gunicorn'] }],
  ])('changes with %s', (_, inputs) => {
    expect(inputsDigest(inputs)).not.toBe(inputsDigest(base))
  })

  it('knows no password', () => {
    const digest = (index: string) => inputsDigest({ files: { 'a.in': `-i ${index}\n` }, arguments: [] })
    expect(digest('https://ann:one@i.example.com/')).toBe(digest('https://i.example.com/'))
  })
})

const pyproject = `[project]
name = "Shop"
dependencies = ["django>=5", "celery"]
[project.optional-dependencies]
redis = ["redis>=5"]
all = ["shop[redis]", "boto3"]
[dependency-groups]
prod = ["gunicorn", { include-group = "base" }]
base = ["uvloop"]
ring = [{ include-group = "gnir" }]
gnir = [{ include-group = "ring" }]
bad = [1]
`

describe('pyproject.toml', () => {
  it('says what is wanted', () => {
    const read = (extras: string[], groups: string[]) => readPyproject('pyproject.toml', pyproject, { extras, groups })
    expect(read([], [])).toEqual(['django>=5', 'celery'])
    expect(read(['All'], ['prod'])).toEqual(['django>=5', 'celery', 'redis>=5', 'boto3', 'gunicorn', 'uvloop'])
  })

  it.each([
    [pyproject, ['x'], [], 'venv.extras: pyproject.toml has no extra x (there are redis and all)'],
    [pyproject, [], ['ring'], 'pyproject.toml: dependency groups include one another\n  ring → gnir → ring'],
    [pyproject, [], ['bad'], 'pyproject.toml: dependency-groups.bad should hold requirements and include-group'],
    [
      '[project]\ndynamic = ["dependencies"]',
      [],
      [],
      'pyproject.toml: its dependencies are dynamic: only building the project would tell them\n  try: name the file that they come from: venv: { requirements: requirements.in }',
    ],
  ])('%#: says what is wrong', (text, extras, groups, message) => {
    expect(failureOf(() => readPyproject('pyproject.toml', text, { extras, groups }))).toBe(message)
  })
})
