import { describe, expect, it } from 'vitest'
import type { LockText } from '../../src/lock/lock-source.js'
import { readLockfile } from '../../src/lock/read.js'
import { hasHashes, readRequirementsLock } from '../../src/lock/read-requirements.js'
import { digest, failureOf, listing } from './support.js'

const read = (path: string, text: string, more: Partial<LockText> = {}) =>
  readLockfile({ path, text, extras: [], ...more })

const file = (name: string, letter: string) => `{ name = "${name}", hashes = { sha256 = "${digest(letter)}" } }`

const pylock = `lock-version = "1.0"
created-by = "some tool"
requires-python = ">=3.10"
environments = ["sys_platform == 'linux'"]
extras = ["redis"]
dependency-groups = ["dev", "docs"]
default-groups = ["docs"]

[[packages]]
name = "Django"
version = "5.1.4"
requires-python = ">=3.10"
index = "https://ann:secret@index.example.com/simple"
wheels = [
  ${file('django-5.1.4-py3-none-any.whl', 'a')},
  { url = "https://files.example.com/x/django-5.1.4%2B1-py3-none-any.whl#egg", size = 12, hashes = { sha256 = "${digest('b')}" } },
]
sdist = { path = "vendor/django-5.1.4.tar.gz", hashes = { sha256 = "${digest('c')}" } }

[[packages]]
name = "redis"
version = "5.0"
marker = "'redis' in extras and python_version < '3.12'"
wheels = [${file('redis-5.0-py3-none-any.whl', 'd')}]

[[packages]]
name = "pytest"
version = "8.3"
marker = "'dev' in dependency_groups"
wheels = [${file('pytest-8.3-py3-none-any.whl', 'e')}]

[[packages]]
name = "sphinx"
version = "8.1"
marker = "'docs' in dependency_groups or 'dev' in dependency_groups"
wheels = [${file('sphinx-8.1-py3-none-any.whl', 'f')}]

[[packages]]
name = "tool"
vcs = { type = "git", url = "https://example.com/tool.git", commit-id = "${'1'.repeat(40)}", subdirectory = "py" }

[[packages]]
name = "own"
directory = { path = "libs/own" }

[[packages]]
name = "packed"
version = "1"
archive = { url = "https://example.com/packed-1.zip", hashes = { sha256 = "${digest('9')}" } }
`

describe('pylock.toml', () => {
  it('is read with its default groups', () => {
    const lockfile = read('pylock.toml', pylock)
    expect(listing(lockfile)).toEqual([
      'django 5.1.4 [django-5.1.4-py3-none-any.whl django-5.1.4+1-py3-none-any.whl django-5.1.4.tar.gz]',
      'own (0) <- {"kind":"folder","path":"libs/own"}',
      'packed 1 [packed-1.zip] <- {"kind":"url","url":"https://example.com/packed-1.zip"}',
      'sphinx 8.1 [sphinx-8.1-py3-none-any.whl]',
      `tool (0) <- {"kind":"vcs","url":"git+https://example.com/tool.git","commit":"${'1'.repeat(40)}","subdirectory":"py"}`,
    ])
    expect(lockfile).toMatchObject({
      path: 'pylock.toml',
      format: 'pylock',
      requiresPython: '>=3.10',
      targets: ["sys_platform == 'linux'"],
    })
    expect(lockfile.packages[0]).toMatchObject({
      requiresPython: '>=3.10',
      index: 'https://index.example.com/simple',
      hashes: [digest('a'), digest('b'), digest('c')],
      artifacts: [
        { kind: 'wheel', filename: 'django-5.1.4-py3-none-any.whl', digest: digest('a') },
        { kind: 'wheel', size: 12, digest: digest('b') },
        { kind: 'sdist', path: 'vendor/django-5.1.4.tar.gz', digest: digest('c') },
      ],
    })
  })

  it('is read with what is chosen of it', () => {
    const names = (more: Partial<LockText>) =>
      listing(read('deploy/pylock.staging.toml', pylock, more)).map((line) => line.replace(/ (\[|\(|<-).*/, ''))
    expect(names({ extras: ['Redis'], groups: ['dev'] })).toEqual([
      'django 5.1.4',
      'own',
      'packed 1',
      'pytest 8.3',
      'redis 5.0 ; python_version < "3.12"',
      'sphinx 8.1',
      'tool',
    ])
    expect(names({ groups: [] })).toEqual(['django 5.1.4', 'own', 'packed 1', 'tool'])
  })

  it.each([
    [
      'lock-version = "2.0"',
      'pylock.toml: lock-version 2.0 is not known\n  this version of venvoy reads 1.0\n  try: lock again with a tool that writes 1.0: venvoy lock',
    ],
    ['created-by = "x"', 'pylock.toml: lock-version is missing'],
    ['lock-version = ', 'pylock.toml:1: not TOML\n  invalid value'],
    ['lock-version = "1.0"\n[[packages]]\nversion = "1"', 'pylock.toml:2: packages.name is missing'],
    [
      'lock-version = "1.0"\n\n[[packages]]\nname = "a"\n\n[[packages]]\nname = "b"\nwheels = "x"',
      'pylock.toml:3: packages.a has no file, archive, vcs or directory',
    ],
    ['lock-version = "1.0"\n[[packages]]\nname = "b"\nwheels = "x"', 'pylock.toml:2: packages.wheels should be a list'],
    [
      `lock-version = "1.0"\n[[packages]]\nname = "b"\nwheels = [{ name = "b-1-py3-none-any.whl", hashes = { md5 = "1" } }]`,
      'pylock.toml:2: packages.wheels.hashes of b-1-py3-none-any.whl has no SHA-256 hash',
    ],
    [
      `lock-version = "1.0"\n[[packages]]\nname = "b"\nmarker = "x == 1"`,
      'pylock.toml:2: not a marker: x == 1\n  `1` is no part of a marker',
    ],
  ])('%#: says where and what is wrong', (text, message) => {
    expect(failureOf(() => read('pylock.toml', text))).toBe(message)
  })

  it('says which extras and groups there are', () => {
    expect(failureOf(() => read('pylock.toml', pylock, { extras: ['reddis'] }))).toBe(
      'venv.extras: pylock.toml has no extra reddis (did you mean redis?)',
    )
    expect(failureOf(() => read('pylock.toml', pylock, { groups: ['production'] }))).toBe(
      'venv.groups: pylock.toml has no group production (there are dev and docs)',
    )
  })
})

const uv = `version = 1
revision = 3
requires-python = ">=3.10"
resolution-markers = ["python_full_version >= '3.12'", "python_full_version < '3.12'"]

[[package]]
name = "shop"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "celery", extra = ["redis"] },
    { name = "numpy", version = "1.26.4", source = { registry = "https://index.example.com/simple" }, marker = "python_full_version < '3.12'" },
    { name = "numpy", version = "2.1.0", source = { registry = "https://index.example.com/simple" }, marker = "python_full_version >= '3.12'" },
    { name = "plugin" },
]

[package.optional-dependencies]
cpu = [{ name = "torch", version = "2.5.1+cpu", marker = "extra == 'extra-4-shop-cpu'" }]
gpu = [{ name = "torch", version = "2.5.1", marker = "extra == 'extra-4-shop-gpu'" }]

[package.dev-dependencies]
dev = [{ name = "colorama", marker = "sys_platform == 'win32'" }, { name = "pytest" }]

[[package]]
name = "celery"
version = "5.4"
source = { registry = "https://index.example.com/simple" }
dependencies = [{ name = "kombu" }, { name = "colorama", marker = "sys_platform == 'win32'" }]
wheels = [{ url = "https://files.example.com/celery-5.4-py3-none-any.whl", hash = "sha256:${digest('a')}", size = 10 }]

[package.optional-dependencies]
redis = [{ name = "redis", marker = "platform_machine == 'x86_64'" }]

[[package]]
name = "kombu"
version = "5.3"
source = { registry = "https://index.example.com/simple" }
dependencies = [{ name = "celery" }, { name = "redis", marker = "os_name == 'posix' and platform_machine == 'x86_64'" }]
wheels = [{ url = "https://files.example.com/kombu-5.3-py3-none-any.whl", hash = "sha256:${digest('b')}" }]

[[package]]
name = "redis"
version = "5.0"
source = { registry = "https://index.example.com/simple" }
wheels = [{ url = "https://files.example.com/redis-5.0-py3-none-any.whl", hash = "sha256:${digest('c')}" }]

[[package]]
name = "colorama"
version = "0.4.6"
source = { registry = "https://index.example.com/simple" }
sdist = { url = "https://files.example.com/colorama-0.4.6.tar.gz", hash = "sha256:${digest('d')}" }

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://index.example.com/simple" }
resolution-markers = ["python_full_version < '3.12'"]
wheels = [{ url = "https://files.example.com/numpy-1.26.4-cp311-cp311-linux_x86_64.whl", hash = "sha256:${digest('e')}" }]

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://index.example.com/simple" }
resolution-markers = ["python_full_version >= '3.12'"]
wheels = [{ url = "https://files.example.com/numpy-2.1.0-cp312-cp312-linux_x86_64.whl", hash = "sha256:${digest('f')}" }]

[[package]]
name = "plugin"
version = "0.2"
source = { git = "https://example.com/plugin.git?subdirectory=py&rev=main#${'2'.repeat(40)}" }

[[package]]
name = "torch"
version = "2.5.1"
source = { registry = "https://index.example.com/simple" }
wheels = [{ url = "https://files.example.com/torch-2.5.1-py3-none-any.whl", hash = "sha256:${digest('1')}" }]

[[package]]
name = "torch"
version = "2.5.1+cpu"
source = { registry = "https://index.example.com/cpu" }
wheels = [{ url = "https://files.example.com/torch-2.5.1%2Bcpu-py3-none-any.whl", hash = "sha256:${digest('2')}" }]

[[package]]
name = "pytest"
version = "8.3"
source = { url = "https://files.example.com/pytest-8.3-py3-none-any.whl" }
wheels = [{ url = "https://files.example.com/pytest-8.3-py3-none-any.whl", hash = "sha256:${digest('3')}" }]
`

describe('uv.lock', () => {
  it('gives what the project needs, with the markers on all ways to it', () => {
    expect(listing(read('uv.lock', uv))).toEqual([
      'celery 5.4 [celery-5.4-py3-none-any.whl]',
      'colorama 0.4.6 ; sys_platform == "win32" [colorama-0.4.6.tar.gz]',
      'kombu 5.3 [kombu-5.3-py3-none-any.whl]',
      'numpy 1.26.4 ; python_full_version < "3.12" [numpy-1.26.4-cp311-cp311-linux_x86_64.whl]',
      'numpy 2.1.0 ; python_full_version >= "3.12" [numpy-2.1.0-cp312-cp312-linux_x86_64.whl]',
      `plugin 0.2 (0) <- {"kind":"vcs","url":"git+https://example.com/plugin.git","commit":"${'2'.repeat(40)}","subdirectory":"py"}`,
      'redis 5.0 ; platform_machine == "x86_64" [redis-5.0-py3-none-any.whl]',
    ])
  })

  it('gives chosen extras and groups too, conflicting ones among them', () => {
    const lines = listing(read('uv.lock', uv, { extras: ['cpu'], groups: ['dev'] }))
    expect(lines.filter((line) => /^(torch|pytest|colorama)/.test(line))).toEqual([
      'colorama 0.4.6 ; sys_platform == "win32" [colorama-0.4.6.tar.gz]',
      'pytest 8.3 [pytest-8.3-py3-none-any.whl] <- {"kind":"url","url":"https://files.example.com/pytest-8.3-py3-none-any.whl"}',
      'torch 2.5.1+cpu [torch-2.5.1+cpu-py3-none-any.whl]',
    ])
  })

  it.each([
    ['version = 9', 'uv.lock: version is not 1: this version of venvoy reads no other'],
    [
      'version = 1',
      'uv.lock: it does not say which project it belongs to\n  it holds 0 packages, and none is the folder of the lockfile\n  try: export what is wanted: uv export --format pylock.toml -o pylock.toml',
    ],
    [
      'version = 1\n[[package]]\nname = "a"\nsource = { virtual = "." }\ndependencies = [{ name = "b" }]',
      'uv.lock:2: package.dependencies.b is not among the packages',
    ],
    [
      'version = 1\n[[package]]\nname = "a"\nsource = { virtual = "." }\ndependencies = [{ name = "b" }]\n[[package]]\nname = "b"\nversion = "1"\nsource = { git = "https://example.com/b.git" }',
      'uv.lock:6: package.source.git names no commit: https://example.com/b.git',
    ],
  ])('%#: says where and what is wrong', (text, message) => {
    expect(failureOf(() => read('uv.lock', text))).toBe(message)
  })
})

const poetryFile = (name: string, letter: string) => `files = [{file = "${name}", hash = "sha256:${digest(letter)}"}]`

const poetry = `[[package]]
name = "Django"
version = "5.1.4"
optional = false
python-versions = ">=3.10"
groups = ["main", "dev"]
markers = {main = "python_version < \\"3.14\\"", dev = "sys_platform == \\"linux\\""}
${poetryFile('django-5.1.4-py3-none-any.whl', 'a')}

[package.dependencies]
redis = {version = "^5", optional = true, markers = "extra == \\"redis\\""}

[package.extras]
redis = ["redis (>=5)"]

[[package]]
name = "redis"
version = "5.0"
optional = true
python-versions = "^3.8"
groups = ["main"]
markers = "extra == \\"cache\\" and os_name == \\"posix\\""
${poetryFile('redis-5.0-py3-none-any.whl', 'b')}

[[package]]
name = "pytest"
version = "8.3"
optional = false
python-versions = "*"
groups = ["dev"]
${poetryFile('pytest-8.3-py3-none-any.whl', 'c')}

[[package]]
name = "own"
version = "0.1"
optional = false
python-versions = "~3.10"
groups = ["main"]
files = []

[package.source]
type = "git"
url = "https://example.com/own.git"
reference = "main"
resolved_reference = "${'3'.repeat(40)}"

[extras]
cache = ["redis"]

[metadata]
lock-version = "2.1"
python-versions = ">=3.10,<4.0"
content-hash = "1"
`

describe('poetry.lock', () => {
  it('gives the main group', () => {
    const lockfile = read('poetry.lock', poetry)
    expect(listing(lockfile)).toEqual([
      'django 5.1.4 ; python_version < "3.14" [django-5.1.4-py3-none-any.whl]',
      `own 0.1 (0) <- {"kind":"vcs","url":"git+https://example.com/own.git","commit":"${'3'.repeat(40)}"}`,
    ])
    expect(lockfile.requiresPython).toBe('>=3.10,<4.0')
    expect(lockfile.packages.map(({ requiresPython }) => requiresPython)).toEqual(['>=3.10', '>=3.10,<3.11'])
  })

  it('gives chosen groups and extras too', () => {
    expect(listing(read('poetry.lock', poetry, { extras: ['cache'], groups: ['dev'] })).slice(0, 4)).toEqual([
      'django 5.1.4 ; python_version < "3.14" or sys_platform == "linux" [django-5.1.4-py3-none-any.whl]',
      `own 0.1 (0) <- {"kind":"vcs","url":"git+https://example.com/own.git","commit":"${'3'.repeat(40)}"}`,
      'pytest 8.3 [pytest-8.3-py3-none-any.whl]',
      'redis 5.0 ; os_name == "posix" [redis-5.0-py3-none-any.whl]',
    ])
  })

  const older = poetry.replaceAll(/^(groups|markers) = .*\n/gm, '').replace('"2.1"', '"2.0"')

  it('of before groups were written down is read with pyproject.toml', () => {
    const pyproject =
      '[tool.poetry.dependencies]\npython = "^3.10"\ndjango = {version = "^5", extras = ["redis"]}\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n'
    expect(listing(read('poetry.lock', older, { pyproject }))).toEqual([
      'django 5.1.4 [django-5.1.4-py3-none-any.whl]',
      'redis 5.0 [redis-5.0-py3-none-any.whl]',
    ])
    expect(listing(read('poetry.lock', older, { pyproject, groups: ['dev'] }))).toHaveLength(3)
    expect(failureOf(() => read('poetry.lock', older))).toBe(
      'poetry.lock: it does not say which packages are wanted, and there is no pyproject.toml beside it that does\n  try: put pyproject.toml into the source, or lock again with poetry 2: poetry lock',
    )
  })
})

const pipfile = {
  _meta: {
    requires: { python_version: '3.11' },
    sources: [{ name: 'main', url: 'https://$USER:x@index.example.com/simple', verify_ssl: true }],
  },
  default: {
    Django: { version: '==5.1.4', index: 'main', hashes: [`sha256:${digest('b')}`, `sha256:${digest('a')}`] },
    tzdata: { version: '==2024.2', markers: "sys_platform == 'win32'", hashes: [`sha256:${digest('c')}`] },
    tool: { git: 'https://example.com/tool.git', ref: '4'.repeat(40) },
  },
  develop: { pytest: { version: '==8.3', hashes: [`sha256:${digest('d')}`] } },
}

describe('Pipfile.lock', () => {
  it('gives the default packages, and those of develop where that is wanted', () => {
    const lockfile = read('Pipfile.lock', JSON.stringify(pipfile))
    expect(listing(lockfile)).toEqual([
      'django 5.1.4 (2)',
      `tool (0) <- {"kind":"vcs","url":"git+https://example.com/tool.git","commit":"${'4'.repeat(40)}"}`,
      'tzdata 2024.2 ; sys_platform == "win32" (1)',
    ])
    expect(lockfile).toMatchObject({ requiresPython: '==3.11.*', indexes: ['https://index.example.com/simple'] })
    expect(lockfile.packages[0]).toMatchObject({ index: 'https://index.example.com/simple' })
    expect(listing(read('Pipfile.lock', JSON.stringify(pipfile), { groups: ['dev'] }))[1]).toBe('pytest 8.3 (1)')
  })

  it.each([
    ['{', /^Pipfile\.lock: not JSON\n/],
    ['[]', /^Pipfile\.lock: not a JSON object$/],
    ['{"default": {"a": {"version": "==1"}}}', /^Pipfile\.lock: default\.a\.hashes are missing$/],
    [
      '{"default": {"a": {"version": "==1", "hashes": ["md5:1"]}}}',
      /^Pipfile\.lock: default\.a\.hashes is no SHA-256 hash: md5:1$/,
    ],
  ])('%s: says what is wrong', (text, message) => {
    expect(failureOf(() => read('Pipfile.lock', text))).toMatch(message)
  })
})

describe('requirements.txt with hashes', () => {
  const text = `-i https://ann:secret@index.example.com/simple
--require-hashes
# made by hand
Django==5.1.4 \\
    --hash=sha256:${digest('b')} \\
    --hash=sha256:${digest('a')}
    # via -r requirements.in
celery[redis]==5.4 ; python_version < "3.13" --hash sha256:${digest('c')}
tool @ https://files.example.com/tool-1.0-py3-none-any.whl --hash=sha256:${digest('d')}
`

  it('is read with what it includes', () => {
    const files = { 'requirements.txt': text, 'base.txt': `six===1.17.0 --hash=sha256:${digest('e')}\n` }
    const lockfile = readRequirementsLock(files, ['requirements.txt'])
    expect(listing(lockfile)).toEqual([
      'celery 5.4 ; python_version < "3.13" (1)',
      'django 5.1.4 (2)',
      'six 1.17.0 (1)',
      'tool 1.0 [tool-1.0-py3-none-any.whl] <- {"kind":"url","url":"https://files.example.com/tool-1.0-py3-none-any.whl"}',
    ])
    expect(lockfile).toMatchObject({ path: 'requirements.txt', indexes: ['https://index.example.com/simple'] })
  })

  it.each([
    [text, true],
    ['django==5.1\n# --hash=sha256:1\n', false],
    ['', false],
  ])('%# is known by its hashes', (content, isLock) => {
    expect(hasHashes(content)).toBe(isLock)
  })

  it.each([
    [
      `a==1 --hash=sha256:${digest('a')}\nb==2\n`,
      'r.txt:2: a requirement without a hash among some that have one\n  b==2\n  try: lock all of them: venvoy lock',
    ],
    [
      `\na>=1 --hash=sha256:${digest('a')}`,
      'r.txt:2: a requirement with a hash but without an exact version\n  a>=1\n  try: write name==version, or lock again: venvoy lock',
    ],
    ['a==1 --hash=md5:123', 'r.txt:1: not a SHA-256 hash: md5:123'],
    [
      `a==1 --hash=sha256:${digest('a')}\n-e .`,
      'r.txt:2: what is editable has no hash\n  -e .\n  try: leave it out of the lockfile: the code of the project comes with the release',
    ],
    [`./vendor/x.whl --hash=sha256:${digest('a')}`, 'r.txt:1: not a requirement: ./vendor/x.whl'],
  ])('%#: says where and what is wrong', (content, message) => {
    expect(failureOf(() => readRequirementsLock({ 'r.txt': content }, ['r.txt']))).toBe(message)
  })
})

it('knows lockfiles by their names', () => {
  expect(failureOf(() => read('pylock.a.b.toml', ''))).toBe(
    'pylock.a.b.toml: not the name of a lockfile\n  known are pylock.toml, pylock.NAME.toml, uv.lock, poetry.lock, Pipfile.lock, and *.txt with hashes',
  )
})
