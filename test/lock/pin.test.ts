import { describe, expect, it } from 'vitest'
import type { Interpreter } from '../../src/facts/facts.js'
import type { Artifact, LockedPackage, Lockfile } from '../../src/lock/lock.js'
import { pin } from '../../src/lock/pin.js'
import { cpython, digest, failureOf, linux } from './support.js'

const locked = (name: string, version: string, files: readonly string[], more: Partial<LockedPackage> = {}) => {
  const artifacts = files.map(
    (filename, i): Artifact => ({
      kind: filename.endsWith('.whl') ? 'wheel' : 'sdist',
      filename,
      digest: digest(String(i)),
    }),
  )
  return { name, version, hashes: artifacts.map((each) => each.digest), artifacts, ...more }
}

const lockfile = (packages: readonly LockedPackage[], more: Partial<Lockfile> = {}): Lockfile => ({
  path: 'pylock.toml',
  format: 'pylock',
  packages,
  ...more,
})

const chosen = (files: readonly string[], interpreter: Interpreter, system = linux) =>
  pin(lockfile([locked('x', '1', files)]), interpreter, system)[0]!.artifacts.map(({ filename }) => filename)

const alpine = cpython('3.12.1', { libc: 'musl 1.2.4', abi: 'cpython-312-x86_64-linux-musl' })
const mac = cpython('3.12.1', { platform: 'macosx-11.0-arm64', libc: 'macos 14.5', abi: 'cpython-312-darwin' })
const apple = { os: 'Darwin', arch: 'arm64' }

describe('the file for an interpreter', () => {
  const wheels = [
    'x-1-cp312-cp312-macosx_11_0_arm64.whl',
    'x-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'x-1-cp312-cp312-manylinux_2_28_x86_64.whl',
    'x-1-cp312-cp312-manylinux_2_39_x86_64.whl',
    'x-1-cp312-cp312-musllinux_1_2_x86_64.whl',
    'x-1-cp312-cp312-manylinux_2_28_aarch64.whl',
    'x-1-cp38-abi3-manylinux_2_17_x86_64.whl',
    'x-1-cp39-cp39-manylinux_2_28_x86_64.whl',
    'x-1-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'x-1-py3-none-any.whl',
    'x-1.tar.gz',
  ]

  it.each([
    ['the newest that its glibc can load', cpython('3.12.1'), linux, wheels[2]],
    ['an older one on an older glibc', cpython('3.12.1', { libc: 'glibc 2.17' }), linux, wheels[1]],
    ['the stable ABI', cpython('3.11.7'), linux, wheels[6]],
    ['what any pip knows, before 3.10', cpython('3.9.18'), linux, wheels[8]],
    ['musl', alpine, linux, wheels[4]],
    ['macOS', mac, apple, wheels[0]],
    ['another machine', cpython('3.12.1', { platform: 'linux-aarch64' }), { os: 'Linux', arch: 'aarch64' }, wheels[5]],
    ['pure Python, where the libc is not known', cpython('3.12.1', { libc: undefined as never }), linux, wheels[9]],
    ['its sdist, where no wheel is for it', cpython('2.7.18', { abi: 'cpython-27mu' }), linux, wheels[10]],
  ])('%s', (_, interpreter, system, wheel) => {
    expect(chosen(wheels, interpreter, system)).toEqual([wheel])
  })

  it.each([
    [['x-1-1-py3-none-any.whl', 'x-1-2-py3-none-any.whl', 'x-1-py3-none-any.whl'], 'x-1-2-py3-none-any.whl'],
    [['x-1-py2.py3-none-any.whl', 'x-1-cp311-none-any.whl'], 'x-1-cp311-none-any.whl'],
    [['x-1-cp311-cp311d-linux_x86_64.whl', 'x-1-cp311-cp311-linux_x86_64.whl'], 'x-1-cp311-cp311-linux_x86_64.whl'],
    [['x-1.zip', 'x.whl', 'x-1-cp310-cp310-linux_x86_64.whl'], 'x-1.zip'],
  ])('of %j is %s', (files, file) => {
    expect(chosen(files, cpython('3.11.7'))).toEqual([file])
  })

  it('of a free-threaded Python is none of the stable ABI', () => {
    const free = cpython('3.13.0', { abi: 'cpython-313t-x86_64-linux-gnu' })
    expect(chosen(['x-1-cp38-abi3-linux_x86_64.whl', 'x-1-cp313-cp313t-linux_x86_64.whl'], free)).toEqual([
      'x-1-cp313-cp313t-linux_x86_64.whl',
    ])
  })
})

describe('what is pinned', () => {
  it('is what the markers want, and one hash of each', () => {
    const packages = [
      locked('a', '1', ['a-1-py2-none-any.whl', 'a-1-py3-none-any.whl']),
      locked('b', '1', ['b-1-py3-none-any.whl'], { marker: 'python_version < "3.11"', requiresPython: '<3.11' }),
      locked('b', '2', ['b-2-py3-none-any.whl'], { marker: 'python_version >= "3.11"', requiresPython: '>=3.11' }),
      { name: 'c', version: '3', hashes: [digest('8'), digest('9')], artifacts: [] },
      locked('d', '4', ['d-4-py3-none-any.whl'], { marker: 'python_full_version < "3.11.3"' }),
    ]
    expect(pin(lockfile(packages), cpython('3.11.7'), linux)).toEqual([
      {
        name: 'a',
        version: '1',
        hashes: [digest('1')],
        artifacts: [{ kind: 'wheel', filename: 'a-1-py3-none-any.whl', digest: digest('1') }],
      },
      {
        name: 'b',
        version: '2',
        hashes: [digest('0')],
        artifacts: [{ kind: 'wheel', filename: 'b-2-py3-none-any.whl', digest: digest('0') }],
      },
      { name: 'c', version: '3', hashes: [digest('8'), digest('9')], artifacts: [] },
    ])
  })

  const arm = cpython('3.13.0', { platform: 'linux-aarch64' })
  const many = Array.from({ length: 10 }, (_, i) => `greenlet-3.1.0-cp3${i}-cp3${i}-win32.whl`)

  it.each([
    [
      lockfile([], { requiresPython: '>=3.12' }),
      cpython('3.11.7'),
      linux,
      'pylock.toml: the lockfile is for Python >=3.12, and this is 3.11.7\n  interpreter: /usr/bin/python3.11\n  try: choose another Python for this host (venv.python), or lock for this one: venvoy lock',
    ],
    [
      lockfile([locked('a', '1', [], { requiresPython: '<3.11' })]),
      cpython('3.11.7'),
      linux,
      'pylock.toml: a 1 is for Python <3.11, and this is 3.11.7\n  interpreter: /usr/bin/python3.11\n  try: choose another Python for this host (venv.python), or lock for this one: venvoy lock',
    ],
    [
      lockfile([], { targets: ['python_full_version == "3.12.1" and sys_platform == "linux"'] }),
      cpython('3.11.7'),
      linux,
      'pylock.toml: the lockfile was not made for cpython-311 on linux-x86_64 (glibc 2.36)\n  it is for:\n    python_full_version == "3.12.1" and sys_platform == "linux"\n  this is Python 3.11.7\n  try: lock for this host too: venvoy lock',
    ],
    [
      lockfile([locked('greenlet', '3.1.0', ['greenlet-3.1.0-cp312-cp312-manylinux_2_28_aarch64.whl'])]),
      arm,
      { os: 'Linux', arch: 'aarch64' },
      'pylock.toml: greenlet 3.1.0 has no wheel for cpython-313 on linux-aarch64 (glibc 2.36)\n  it has:\n    greenlet-3.1.0-cp312-cp312-manylinux_2_28_aarch64.whl\n  try: lock a version that has one (venvoy lock --upgrade greenlet), or choose another Python for this host',
    ],
    [
      lockfile([locked('greenlet', '3.1.0', many)]),
      mac,
      apple,
      `pylock.toml: greenlet 3.1.0 has no wheel for cpython-312 on macos-arm64 (macos 14.5)\n  it has:\n${many
        .slice(0, 8)
        .map((name) => `    ${name}\n`)
        .join(
          '',
        )}    and 2 more\n  try: lock a version that has one (venvoy lock --upgrade greenlet), or choose another Python for this host`,
    ],
    [
      lockfile([
        locked('django', '4.2', ['django-4.2-py3-none-any.whl']),
        locked('django', '5.1', ['django-5.1-py3-none-any.whl'], { marker: 'python_version > "3.10"' }),
      ]),
      cpython('3.11.7'),
      linux,
      'pylock.toml: two versions of django are wanted at once: 4.2 and 5.1\n  4.2: always\n  5.1: python_version > "3.10"\n  try: lock again, with markers that exclude each other',
    ],
  ])('%#: is refused where it cannot be', (given, interpreter, system, message) => {
    expect(failureOf(() => pin(given, interpreter, system))).toBe(message)
  })
})
