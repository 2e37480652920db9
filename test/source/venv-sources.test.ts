import { describe, expect, it } from 'vitest'
import type { VenvSpec } from '../../src/config/spec.js'
import { VenvoyError } from '../../src/errors.js'
import { inputsDigest } from '../../src/lock/inputs.js'
import { readVenvSources } from '../../src/source/venv-sources.js'
import { treeOf, venvOf } from '../plan/given.js'

const hash = 'a'.repeat(64)
const pylock = (version: string, tool = '') =>
  `lock-version = "1.0"\nextras = ["x"]\n${tool}[[packages]]\nname = "django"\nversion = "${version}"\nwheels = [{ name = "django-${version}-py3-none-any.whl", hashes = { sha256 = "${hash}" } }]\n`
const uv = 'version = 1\n[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\n'
const hashed = `django==5.1.4 --hash=sha256:${hash}\n`

const nothingSaid = { requirements: [], requirementsGiven: false }

async function read(files: Record<string, string>, spec: Partial<VenvSpec> = nothingSaid) {
  const notes: string[] = []
  const say = (level: string) => (text: string) => void notes.push(`${level}: ${text}`)
  const { venv, requirements } = await readVenvSources(treeOf(files), venvOf(spec), {
    info: say('info'),
    warn: say('warn'),
  })
  const { lockfile, arguments: args } = requirements
  return { lockfile: lockfile && `${lockfile.format} ${lockfile.path}`, args, notes, named: venv.requirements }
}

const failure = (files: Record<string, string>, spec: Partial<VenvSpec>) =>
  read(files, spec).then(
    () => 'it did not fail',
    (error: unknown) => (error instanceof VenvoyError ? error.message : Promise.reject(error)),
  )

const all = {
  'pylock.toml': pylock('5.1.4'),
  'uv.lock': uv,
  'poetry.lock': '[metadata]\nlock-version = "2.1"\n',
  'Pipfile.lock': '{"default": {}}',
  'requirements.txt': hashed,
}

describe('where nothing is said', () => {
  it.each([
    [['pylock.toml', 'uv.lock', 'requirements.txt'], 'pylock pylock.toml'],
    [['uv.lock', 'poetry.lock', 'Pipfile.lock'], 'uv uv.lock'],
    [['poetry.lock', 'Pipfile.lock', 'requirements.txt'], 'poetry poetry.lock'],
    [['Pipfile.lock', 'requirements.txt'], 'pipenv Pipfile.lock'],
    [['requirements.txt'], 'requirements requirements.txt'],
  ] as const)('of %j %s counts', async (names, lockfile) => {
    const files = Object.fromEntries(names.map((name) => [name, all[name]]))
    expect(await read(files)).toEqual({ lockfile, args: [], notes: [], named: [] })
  })

  it('requirements.txt without hashes is installed as it is', async () => {
    const unlocked = { lockfile: undefined, args: ['-r', 'requirements.txt'], named: ['requirements.txt'] }
    expect(await read({ 'requirements.txt': 'django\n' })).toEqual({ ...unlocked, notes: [] })
    expect(await read(all, { ...nothingSaid, locked: 'off' })).toEqual({ ...unlocked, notes: [] })
  })
})

describe('where requirements are named', () => {
  const files = { 'web.in': 'django>=5\n', 'pylock.toml': pylock('5.1.4') }
  const inputs = inputsDigest({ files: { 'web.in': 'django>=5\n' }, arguments: ['-r', 'web.in'] })
  const own = `[tool.venvoy]\ninputs = "${inputs}"\n`
  const named = { requirements: ['web.in'], requirementsGiven: true }

  it('a lockfile counts that was made of them', async () => {
    const locked = { lockfile: 'pylock pylock.toml', args: [], named: [] }
    expect(await read({ ...files, 'pylock.toml': pylock('5.1.4', own) }, named)).toEqual({ ...locked, notes: [] })
    expect(await read({ 'web.in': 'django>=4\n', 'pylock.toml': pylock('5.1.4', own) }, named)).toEqual({
      ...locked,
      notes: ['warn: pylock.toml was made from other requirements than web.in: venvoy lock'],
    })
  })

  it('any other does not, and that is said', async () => {
    expect(await read(files, named)).toEqual({
      lockfile: undefined,
      args: ['-r', 'web.in'],
      notes: [
        'info: pylock.toml does not count, as venv: names its requirements; if it should: venv: { lockfile: pylock.toml }',
      ],
      named: ['web.in'],
    })
    expect((await read(files, { ...named, lockfile: 'pylock.toml' })).lockfile).toBe('pylock pylock.toml')
  })

  it('packages must be what the lockfile has', async () => {
    const lockfile = { ...nothingSaid, lockfile: 'pylock.toml' }
    expect((await read(files, { ...lockfile, packages: ['Django>=5', 'django'] })).lockfile).toBe('pylock pylock.toml')
    expect(await failure(files, { ...lockfile, packages: ['django==5.1'] })).toBe(
      'venv.packages: django==5.1 is not in pylock.toml\n  it has 5.1.4\n  what is not locked is not installed beside a lockfile\n  try: add it where the lockfile is made, and lock again',
    )
    const made = { ...files, 'pylock.toml': pylock('5.1.4', own) }
    expect(await failure(made, { ...lockfile, packages: ['gunicorn'] })).toBe(
      'venv.packages: gunicorn is not in pylock.toml\n  what is not locked is not installed beside a lockfile\n  try: venvoy lock',
    )
  })
})

it.each([
  [
    { 'pylock.web.toml': pylock('5') },
    { ...nothingSaid, lockfile: 'pylock.wep.toml' },
    'venv.lockfile: there is no file pylock.wep.toml in the source (did you mean pylock.web.toml?)\n  try: make it, and put it under version control: venvoy lock',
  ],
  [
    { 'requirements.txt': 'django' },
    { ...nothingSaid, locked: 'require' as const },
    'venv.locked: venv blog-staging is to be built from a lockfile, and the source has none\n  try: make one, and put it under version control: venvoy lock',
  ],
  [
    { 'requirements.txt': 'django' },
    { ...nothingSaid, lockfile: 'requirements.txt' },
    'venv.lockfile: requirements.txt is no lockfile: none of its requirements has a hash\n  try: name it under venv.requirements, and lock that: venvoy lock',
  ],
  [
    { 'requirements.txt': 'django' },
    { ...nothingSaid, extras: ['redis'] },
    'venv.extras: extras are parts of a lockfile, and the source has none\n  try: make one from pyproject.toml, and put it under version control: venvoy lock',
  ],
  [
    { 'requirements.txt': '# ours\n-i https://a.example.com --extra https://b.example.com\ndjango\n' },
    nothingSaid,
    "requirements.txt:2: with an extra index, pip takes the highest version that any index offers\n  whoever publishes a package of yours' name elsewhere decides what is installed (dependency confusion)\n  try: name one index that has all, such as a mirror with your packages: venv: { index: … }; or bring a lockfile with hashes",
  ],
  [
    { 'requirements.txt': 'django' },
    { ...nothingSaid, wheels: 'ship' as const },
    'venv.wheels: the packages of venv blog-staging are to be sent, and no lockfile says which they are\n  try: make one, and put it under version control: venvoy lock',
  ],
])('%#: says what is wrong', async (files, spec, message) => {
  expect(await failure(files, spec)).toBe(message)
})
