import { describe, expect, it } from 'vitest'
import type { VenvSpec } from '../../src/config/spec.js'
import type { Interpreter } from '../../src/facts/facts.js'
import type { LockedPackage, Lockfile, PinnedPackage } from '../../src/lock/lock.js'
import { fingerprint, pinnedInputs, venvInputs } from '../../src/operations/fingerprint.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import { secret, shell } from '../../src/shell/command.js'
import { python311, requirementsOf, venvOf } from '../plan/given.js'

const text = 'django==5.1.4\ncelery==5.4\n'
const files = (...pairs: [string, string][]): RequirementsFiles => ({
  ...requirementsOf(),
  files: Object.fromEntries(pairs),
})
const base = venvInputs(venvOf(), requirementsOf(text))

describe('the inputs of a venv', () => {
  it('are 64 hexadecimal digits, always the same', () => {
    expect(base).toBe('b16fff54212f2ac2f232a200fbb4e904a9051d185a3c01db1d15499ae5dbe2fa')
  })

  it.each<[string, string]>([
    ['comments', '# web\ndjango==5.1.4  # the framework\ncelery==5.4'],
    ['blank lines and line ends', '\r\ndjango==5.1.4\r\n\r\n\tcelery==5.4\r\n'],
    ['the order of lines', 'celery==5.4\ndjango==5.1.4\n'],
  ])('do not change with %s', (_, other) => {
    expect(venvInputs(venvOf(), requirementsOf(other))).toBe(base)
  })

  it('do not change with the order of keys, names, hooks, or the home', () => {
    const spec = Object.fromEntries(Object.entries(venvOf()).reverse()) as unknown as VenvSpec
    expect(venvInputs({ ...spec, name: 'x', home: '/x', hooks: true }, requirementsOf(text))).toBe(base)
    const two = venvInputs(venvOf(), files(['a', '1'], ['b', '2']))
    expect(venvInputs(venvOf(), files(['b', '2'], ['a', '1']))).toBe(two)
  })

  it('do not change with credentials', () => {
    const at = (index: string) => venvInputs(venvOf({ index }), requirementsOf(`--extra-index-url ${index}\n${text}`))
    expect(at('https://ann:one@index.example.com/simple')).toBe(at('https://index.example.com/simple'))
    const told = (value: string) =>
      venvInputs(venvOf({ postInstall: [shell('login ', { word: secret('TOKEN', value) })] }), requirementsOf())
    expect(told('one')).toBe(told('two'))
  })

  it.each<[string, Partial<VenvSpec>]>([
    ['python', { python: '3.12' }],
    ['with', { with: 'virtualenv' }],
    ['installer', { installer: { name: 'uv' } }],
    ['the version of pip', { installer: { name: 'pip', version: '24.0' } }],
    ['the version of uv', { installer: { name: 'uv', version: '0.13.9' } }],
    ['system_site_packages', { systemSitePackages: true }],
    ['packages', { packages: ['gunicorn'] }],
    ['constraints', { constraints: ['constraints.txt'] }],
    ['index', { index: 'https://index.example.com' }],
    ['post_install', { postInstall: [shell('make')] }],
    ['compile', { compile: false }],
  ])('change with %s', (_, changes) => {
    expect(venvInputs(venvOf(changes), requirementsOf(text))).not.toBe(base)
  })

  it('change with requirements, nested ones, and pip’s arguments', () => {
    const nested = (inner: string) => files(['requirements.txt', '-r base.txt'], ['base.txt', inner])
    const all = [
      requirementsOf('django==5.1.5\ncelery==5.4\n'),
      nested('a==1'),
      nested('a==2'),
      { ...requirementsOf(text), arguments: ['-r', 'requirements.txt', 'gunicorn'] },
    ].map((each) => venvInputs(venvOf(), each))
    expect(new Set([base, ...all]).size).toBe(5)
  })

  it('change with the tree where requirements refer to it, and only there', () => {
    const inputs = (needsTree: boolean, digest: string) =>
      venvInputs(venvOf(), { ...requirementsOf(text), needsTree }, { digest })
    expect([inputs(false, 'a'), inputs(false, 'b')]).toEqual([base, base])
    expect(inputs(true, 'a')).not.toBe(inputs(true, 'b'))
  })
})

describe('a fingerprint', () => {
  const own = fingerprint(base, python311)

  it('is 16 hexadecimal digits, always the same', () => {
    expect(own).toBe('39462d042e331b93')
  })

  it.each<[string, Partial<Interpreter>]>([
    ['version', { version: '3.11.3' }],
    ['implementation', { implementation: 'pypy' }],
    ['abi', { abi: 'cpython-311d-x86_64-linux-gnu' }],
    ['real path', { real: '/opt/python3.11' }],
    ['platform', { platform: 'linux-aarch64' }],
  ])('changes with the interpreter’s %s', (_, changes) => {
    expect(fingerprint(base, { ...python311, ...changes })).not.toBe(own)
  })

  it('does not change with what says the same, or when the interpreter was installed', () => {
    expect(fingerprint(base, { ...python311, path: '/bin/python3', stamp: '1 2 3', hasEnsurepip: false })).toBe(own)
  })

  it('changes with the inputs', () => {
    expect(fingerprint('other', python311)).not.toBe(own)
  })
})

describe('a lockfile', () => {
  const django: LockedPackage = { name: 'django', version: '5.1.4', hashes: ['aa', 'bb'], artifacts: [] }
  const tomli: LockedPackage = {
    name: 'tomli',
    version: '2.0',
    hashes: ['cc'],
    artifacts: [],
    marker: 'python_version < "3.11"',
  }
  const lockedBy = (packages: readonly LockedPackage[], more: Partial<Lockfile> = {}): RequirementsFiles => ({
    files: {},
    arguments: [],
    needsTree: false,
    lockfile: { path: 'pylock.toml', format: 'pylock', packages, ...more },
  })
  const inputs = (packages: readonly LockedPackage[], more: Partial<Lockfile> = {}, spec: Partial<VenvSpec> = {}) =>
    venvInputs(venvOf(spec), lockedBy(packages, more))
  const pinned = (packages: readonly PinnedPackage[], spec: Partial<VenvSpec> = {}) =>
    fingerprint(pinnedInputs(venvOf(spec), lockedBy([]), packages), python311)
  const whole = inputs([django, tomli])
  const own = pinned([django])

  it('gives the same digests on any machine', () => {
    expect([whole, own]).toEqual([
      '592bbfd6846018e2c0dbc82aafe65677275dc62638e8333723778ab2472ced42',
      '02204230b1639f1c',
    ])
  })

  it.each<[string, string]>([
    [
      'the format of the file, its name, its indexes',
      inputs([django, tomli], { path: 'uv.lock', format: 'uv', indexes: ['https://x'] }),
    ],
    ['what installs it', inputs([django, tomli], {}, { installer: { name: 'uv' } })],
    [
      'where files come from',
      inputs([{ ...django, index: 'https://x', artifacts: [{ kind: 'wheel', filename: 'd', digest: 'aa' }] }, tomli]),
    ],
  ])('does not change the inputs by %s', (_, other) => {
    expect(other).toBe(whole)
  })

  it.each<[string, string]>([
    ['another version', inputs([{ ...django, version: '5.1.5' }, tomli])],
    ['another hash', inputs([{ ...django, hashes: ['aa'] }, tomli])],
    ['another marker', inputs([django, { ...tomli, marker: 'python_version < "3.12"' }])],
    ['a package that is gone', inputs([django])],
    ['the Pythons it is for', inputs([django, tomli], { requiresPython: '>=3.9' })],
    ['post_install', inputs([django, tomli], {}, { postInstall: [shell('make')] })],
    ['that it is a lockfile', venvInputs(venvOf(), { files: {}, arguments: [], needsTree: false })],
  ])('changes the inputs by %s', (_, other) => {
    expect(other).not.toBe(whole)
  })

  it.each<[string, string]>([
    [
      'where files come from',
      pinned([{ ...django, index: 'https://x', artifacts: [{ kind: 'wheel', filename: 'd', digest: 'aa' }] }]),
    ],
    ['what installs it', pinned([django], { installer: { name: 'uv', version: '0.13.9' } })],
    ['the index, and how Python was named', pinned([django], { index: 'https://x', python: '3' })],
    [
      'the credentials of an address',
      pinned([{ ...django, origin: { kind: 'url', url: 'https://ann:one@x/d.whl' } }]) ===
      pinned([{ ...django, origin: { kind: 'url', url: 'https://x/d.whl' } }])
        ? own
        : 'another',
    ],
  ])('does not change the fingerprint by %s', (_, other) => {
    expect(other).toBe(own)
  })

  it.each<[string, string]>([
    ['another version', pinned([{ ...django, version: '5.1.5' }])],
    ['another hash', pinned([{ ...django, hashes: ['aa'] }])],
    ['one package more', pinned([django, tomli])],
    ['an address', pinned([{ ...django, origin: { kind: 'url', url: 'https://x/d.whl' } }])],
    ['with', pinned([django], { with: 'virtualenv' })],
    ['system_site_packages', pinned([django], { systemSitePackages: true })],
    ['the pip that it has', pinned([django], { installer: { name: 'pip', version: '24.0' } })],
    ['post_install', pinned([django], { postInstall: [shell('make')] })],
    [
      'the interpreter',
      fingerprint(pinnedInputs(venvOf(), lockedBy([]), [django]), { ...python311, version: '3.11.3' }),
    ],
  ])('changes the fingerprint by %s', (_, other) => {
    expect(other).not.toBe(own)
  })
})

describe('a fingerprint with python_pin', () => {
  const of = (pin: VenvSpec['pythonPin'], changes: Partial<Interpreter> = {}) =>
    fingerprint(base, { ...python311, ...changes }, pin)

  it.each<[string, Partial<Interpreter>, readonly boolean[]]>([
    ['another build of the same version', { stamp: '1 2 3' }, [true, true, true]],
    ['another patch version', { version: '3.11.9' }, [false, false, true]],
    ['another place, as a patch version has', { version: '3.11.9', real: '/opt/3.11.9/python' }, [false, false, true]],
    ['another minor version', { version: '3.12.2' }, [false, false, false]],
  ])('build, patch, minor: %s', (_, changes, same) => {
    expect((['build', 'patch', 'minor'] as const).map((pin) => of(pin, changes) === of(pin))).toEqual(same)
  })

  it('is the same for build, patch and none', () => {
    expect(new Set([of('build'), of('patch'), fingerprint(base, python311)]).size).toBe(1)
  })
})
