import { describe, expect, it } from 'vitest'
import { allOf, anyOf, type Folded, markerText } from '../../src/lock/marker.js'
import { holds, markerValues } from '../../src/lock/marker-values.js'
import { parseMarker } from '../../src/lock/parse-marker.js'
import { decided } from '../../src/lock/wanted.js'
import { cpython, failureOf, linux } from './support.js'

describe('a marker', () => {
  it.each([
    ['python_version<"3.11"', 'python_version < "3.11"'],
    ["os.name == 'nt'", 'os_name == "nt"'],
    ['"linux" in sys_platform', '"linux" in sys_platform'],
    ["sys_platform not   in 'win32 cygwin'", 'sys_platform not in "win32 cygwin"'],
    ['platform_version == \'a "b"\'', 'platform_version == \'a "b"\''],
    [
      '(os_name == "nt" or (os_name == "a" and os_name != "b")) and python_version >= "3"',
      '(os_name == "nt" or os_name == "a" and os_name != "b") and python_version >= "3"',
    ],
    ["'dev' in dependency_groups", '"dev" in dependency_groups'],
  ])('%s is written %s', (text, written) => {
    expect(markerText(parseMarker(text))).toBe(written)
    expect(markerText(parseMarker(written))).toBe(written)
  })

  it.each([
    ['python_version >', 'not a marker: python_version >\n  it ends where a variable or a quoted text should be'],
    ['python_version "3"', 'not a marker: python_version "3"\n  `"3"` stands where a comparison should be'],
    [
      'python == "3"',
      'not a marker: python == "3"\n  `python == "3"` stands where a variable or a quoted text should be',
    ],
    ['(os_name == "nt"', 'not a marker: (os_name == "nt"\n  it ends where `)` should be'],
    [
      'os_name == "nt" os_name',
      'not a marker: os_name == "nt" os_name\n  `os_name` stands where `and`, `or`, or the end should be',
    ],
    ['os_name == "nt', 'not a marker: os_name == "nt\n  `"nt` is no part of a marker'],
  ])('%s is none', (text, message) => {
    expect(failureOf(() => parseMarker(text))).toBe(message)
    expect(failureOf(() => parseMarker(text, 'a.txt:3'))).toBe(`a.txt:3: ${message}`)
  })

  it.each([
    ['extra == "Web_UI"', true],
    ['extra != "web-ui"', false],
    ['extra == "api" or extra == "web.ui"', true],
    ['extra == "api" and os_name == "posix"', false],
    ['extra == "web-ui" and os_name == "posix"', 'os_name == "posix"'],
    ["'web-ui' in extras", true],
    ["'dev' not in dependency_groups", false],
    ["os_name == 'posix' and 'test' in dependency_groups or 'dev' in dependency_groups", true],
  ])('%s with the extra web-ui and the group dev: %s', (text, left) => {
    const folded = decided(parseMarker(text), { extras: ['web-ui'], groups: ['dev'] })
    expect(folded === true ? true : markerText(folded)).toBe(left)
  })

  it('is put together without saying things twice', () => {
    const [a, b] = ['os_name == "a"', 'os_name == "b"'].map((text) => parseMarker(text))
    const table: [Folded, unknown][] = [
      [allOf([]), undefined],
      [anyOf([]), false],
      [allOf([a!, true, a!]), 'os_name == "a"'],
      [anyOf([a!, b!, a!]), 'os_name == "a" or os_name == "b"'],
      [allOf([anyOf([a!, b!]), b!]), '(os_name == "a" or os_name == "b") and os_name == "b"'],
      [anyOf([a!, true]), undefined],
      [allOf([a!, false]), false],
    ]
    for (const [marker, text] of table) expect(markerText(marker)).toBe(text)
  })
})

describe('the values of its variables', () => {
  it.each([
    [cpython('3.11.7'), linux, 'sys_platform == "linux" and platform_python_implementation == "CPython"'],
    [cpython('2.7.18'), linux, 'sys_platform == "linux2" and implementation_name == "" and python_version == "2.7"'],
    [
      cpython('3.10.14', { implementation: 'pypy', abi: 'pypy310-pp73-x86_64-linux-gnu' }),
      linux,
      'platform_python_implementation == "PyPy" and implementation_version >= "7.3"',
    ],
    [cpython('3.12.1'), { os: 'Darwin', arch: 'arm64' }, 'sys_platform == "darwin" and platform_machine == "arm64"'],
    // Ubuntu 24.04: the comparison is by numbers, not by letters.
    [cpython('3.9.18'), linux, 'python_version < "3.11" and python_full_version > "3.9.2"'],
    // What nobody asks hosts for.
    [cpython('3.9.18'), linux, 'platform_release == ""'],
  ])('%#', (interpreter, system, text) => {
    expect(holds(parseMarker(text), markerValues(interpreter, system))).toBe(true)
  })
})
