import { describe, expect, it } from 'vitest'
import type { HostFacts, Interpreter } from '../../src/facts/facts.js'
import { lockText } from '../../src/lock/lock-text.js'
import { mergeResolutions, type Resolution } from '../../src/lock/merge.js'
import { readLockfile } from '../../src/lock/read.js'
import { readRequirementsLock } from '../../src/lock/read-requirements.js'
import { lockTarget } from '../../src/lock/target.js'
import { cpython, digest, failureOf, linux } from './support.js'

const system = { ...linux, user: 'ann', uid: 1, home: '/', hostname: 'web1', shell: '/bin/sh', now: 1 }
const on = (interpreter: Interpreter, more: Partial<HostFacts['system']> = {}, host = 'web1') =>
  lockTarget(host, interpreter, { ...system, ...more })

const py310 = on(cpython('3.10.13'))
const py311 = on(cpython('3.11.7'))
const py312 = on(cpython('3.12.1'))
const patch = on(cpython('3.11.2'))
const mac = on(cpython('3.11.7', { platform: 'macosx-14.0-arm64', libc: 'macos 14.5' }), {
  os: 'Darwin',
  arch: 'arm64',
})
const arm = on(cpython('3.11.7', { platform: 'linux-aarch64' }), { arch: 'aarch64' })
const musl = on(cpython('3.11.7', { libc: 'musl 1.2.4' }), {}, 'alpine1')

const found = (target: Resolution['target'], ...packages: string[]): Resolution => ({
  target,
  packages: packages.map((each) => {
    const [name = '', version = '', tag = 'py3-none-any', letter = 'a'] = each.split(' ')
    return [name, version, `${name}-${version}-${tag}.whl`, digest(letter), '']
  }),
})

const merged = (...resolutions: Resolution[]) =>
  mergeResolutions(resolutions).packages.map(({ name, version, marker, hashes }) =>
    [name, version, ...(marker === undefined ? [] : [`; ${marker}`]), `(${hashes.length})`].join(' '),
  )

describe('one lockfile for several targets', () => {
  it.each([
    [[found(py311, 'a 1')], ['a 1 (1)']],
    [[found(py311, 'a 1 cp311-cp311-linux_x86_64 a'), found(py312, 'a 1 cp312-cp312-linux_x86_64 b')], ['a 1 (2)']],
    [[found(py311, 'a 1'), found(py312, 'a 1')], ['a 1 (1)']],
    [
      [found(py310, 'a 1'), found(py311, 'a 1'), found(py312, 'a 2')],
      ['a 1 ; python_version < "3.12" (1)', 'a 2 ; python_version >= "3.12" (1)'],
    ],
    [
      [found(py310, 'a 1', 'b 1'), found(py312, 'a 1')],
      ['a 1 (1)', 'b 1 ; python_version < "3.12" (1)'],
    ],
    [
      [found(py310, 'a 1'), found(py311, 'a 2'), found(py312, 'a 1')],
      ['a 1 ; python_version == "3.10" or python_version == "3.12" (1)', 'a 2 ; python_version == "3.11" (1)'],
    ],
    [[found(patch, 'a 1'), found(py311)], ['a 1 ; python_full_version < "3.11.7" (1)']],
    [
      [found(py311, 'a 1'), found(mac, 'a 2')],
      ['a 1 ; sys_platform == "linux" (1)', 'a 2 ; sys_platform == "darwin" (1)'],
    ],
    [[found(py311, 'a 1'), found(arm)], ['a 1 ; platform_machine == "x86_64" (1)']],
    [
      [found(py311, 'a 1'), found(py312), found(arm)],
      ['a 1 ; python_version == "3.11" and platform_machine == "x86_64" (1)'],
    ],
    [
      [found(py311, 'a 1'), found(py312), found(mac), found(on(cpython('3.12.1'), { os: 'Darwin' }), 'a 1')],
      [
        'a 1 ; python_version == "3.11" and sys_platform == "linux" or python_version == "3.12" and sys_platform == "darwin" (1)',
      ],
    ],
    [
      [found(py311, 'a 1 cp311-cp311-linux_x86_64 a'), found(musl, 'a 1 cp311-cp311-musllinux_1_2_x86_64 b')],
      ['a 1 (2)'],
    ],
  ])('%#', (resolutions, packages) => {
    expect(merged(...resolutions)).toEqual(packages)
    expect(merged(...[...resolutions].reverse())).toEqual(packages)
  })

  it('refuses what markers cannot tell apart', () => {
    expect(failureOf(() => merged(found(py311, 'a 1'), found(musl, 'a 2')))).toBe(
      'one lockfile cannot say which a is for whom: markers do not tell these hosts apart\n  web1 (cpython 3.11.7 linux-x86_64 glibc 2.36): a 1\n  alpine1 (cpython 3.11.7 linux-x86_64 musl 1.2.4): another, or none\n  try: give the instances of one kind a lockfile of their own: venv: { lockfile: pylock.NAME.toml }',
    )
  })
})

describe('the text of a lockfile', () => {
  const url = 'https://ann:secret@files.example.com/tool-1.0-py3-none-any.whl'
  const direct: Resolution = {
    target: py312,
    packages: [['tool', '1.0', 'tool-1.0-py3-none-any.whl', digest('b'), url], ...found(py312, 'a 1').packages],
  }

  it('is PEP 751, and reads as what was written', () => {
    const { text, packages } = lockText('pylock', [found(py311, 'a 1'), direct], 'f'.repeat(32), ['pyproject.toml'])
    expect(text).toBe(`lock-version = "1.0"
environments = [
    'python_version == "3.11" and python_full_version >= "3.11.7" and sys_platform == "linux" and platform_machine == "x86_64" and platform_python_implementation == "CPython"',
    'python_version == "3.12" and python_full_version >= "3.12.1" and sys_platform == "linux" and platform_machine == "x86_64" and platform_python_implementation == "CPython"',
]
created-by = "venvoy"

[[packages]]
name = "a"
version = "1"
wheels = [
    { path = "wheels/a-1-py3-none-any.whl", hashes = { sha256 = "${digest('a')}" } },
]

[[packages]]
name = "tool"
version = "1.0"
marker = 'python_version >= "3.12"'
archive = { url = "https://files.example.com/tool-1.0-py3-none-any.whl", hashes = { sha256 = "${digest('b')}" } }

[tool.venvoy]
inputs = "${'f'.repeat(32)}"
from = [
    "pyproject.toml",
]
made-for = [
    "cpython 3.11.7 linux-x86_64 glibc 2.36",
    "cpython 3.12.1 linux-x86_64 glibc 2.36",
]
`)
    const read = readLockfile({ path: 'pylock.toml', text, extras: [] })
    expect(read.packages).toEqual(packages)
    expect(read).toMatchObject({
      inputs: 'f'.repeat(32),
      targets: [expect.stringContaining('3.11'), expect.anything()],
    })
  })

  it('is requirements with hashes where that is wanted', () => {
    const { text } = lockText('requirements', [found(py311, 'a 1'), direct], 'f'.repeat(32), ['requirements.in'])
    expect(text).toBe(`# venvoy lock, inputs ${'f'.repeat(32)}
# from requirements.in
# for cpython 3.11.7 linux-x86_64 glibc 2.36
# for cpython 3.12.1 linux-x86_64 glibc 2.36
a==1 \\
    --hash=sha256:${digest('a')}
tool @ https://files.example.com/tool-1.0-py3-none-any.whl ; python_version >= "3.12" \\
    --hash=sha256:${digest('b')}
`)
    expect(readRequirementsLock({ 'r.txt': text }, ['r.txt'])).toMatchObject({ inputs: 'f'.repeat(32) })
  })
})
