import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseFacts } from '../../src/facts/parse-facts.js'
import { holds, markerValues } from '../../src/lock/marker-values.js'
import { parseMarker } from '../../src/lock/parse-marker.js'
import { compatibleTags } from '../../src/lock/tags.js'
import { probePart } from '../../src/remote/probe.js'
import { findInterpreters } from '../remote/support/interpreters.js'

/** What pip's own packaging says on an interpreter, as JSON. Empty where that Python has no pip or one without it. */
const program = `
import json, sys
try:
    from pip._internal.utils.compatibility_tags import get_supported
    from pip._vendor.packaging import markers
except ImportError:
    sys.exit()
env = markers.default_environment()
def says(text):
    try:
        return markers.Marker(text).evaluate(env)
    except Exception as error:
        return str(type(error).__name__)
asked = json.loads(sys.stdin.read())
print(json.dumps({'env': env, 'tags': [str(tag) for tag in get_supported()], 'says': [says(text) for text in asked]}))
`

const markers = [
  'python_version >= "3.8"',
  'python_version<"3.11"',
  "python_version == '3.*'",
  'python_version != "3.11.*"',
  'python_version in "3.8 3.10 3.12"',
  'python_version not in "3.8, 3.13"',
  '"3.9" <= python_version',
  'python_full_version >= "3.11.3"',
  'python_full_version < "3.13.0"',
  'python_full_version ~= "3.11.0"',
  'python_full_version == "3.11.*"',
  'python_version ~= "3.7"',
  'python_version > "3.7" and python_version < "3.12"',
  'implementation_version >= "3.9"',
  'implementation_name == "cpython"',
  'platform_python_implementation != "PyPy"',
  'sys_platform == "linux"',
  'sys_platform == "win32" or sys_platform == "darwin"',
  '"linux" in sys_platform',
  'sys_platform not in "win32 cygwin"',
  'platform_system == "Linux" and (platform_machine == "x86_64" or platform_machine == "aarch64")',
  'os_name == "nt"',
  'os_name != "nt" and python_version >= "3" or sys_platform == "win32"',
  '(python_version < "3") or (platform_machine in "x86_64 X86_64 aarch64 AARCH64 ppc64le PPC64LE amd64 AMD64")',
  'sys_platform >= "l"',
  'os_name < "p"',
]

const interpreters = findInterpreters().flatMap((path) => {
  const output = execFileSync(path, ['-c', program], { input: JSON.stringify(markers), stdio: 'pipe' }).toString()
  return output === '' ? [] : [{ path, theirs: JSON.parse(output) as Theirs }]
})

interface Theirs {
  readonly env: Record<string, string>
  readonly tags: string[]
  readonly says: boolean[]
}

/** The interpreter as a probe of this machine finds it. */
function probed(path: string) {
  const uname = (option: string) => execFileSync('uname', [option]).toString().trim()
  const line = execFileSync(path, ['-E', '-s', '-B', '-c', probePart('interpreter'), 'any', path]).toString()
  const system = ['system', uname('-s'), uname('-m'), 'ann', '1', '/', 'web1', '/bin/sh', '1'].join('\x1f')
  const facts = parseFacts(`venvoy-facts\x1f1\n${system}\ninterpreter\x1f${path}\x1f1 2 3\x1f${line}end\n`)
  return { interpreter: facts.interpreters[0]!, system: facts.system }
}

// Needs a Python whose pip brings packaging's tags, which pip has had since 20.
describe.skipIf(interpreters.length === 0)("pip's own packaging on this machine", () => {
  it.each(interpreters)('agrees about markers: $path', ({ path, theirs }) => {
    const { interpreter, system } = probed(path)
    const values = markerValues(interpreter, system)
    const { platform_release, platform_version, extra, ...known } = theirs.env
    expect(values).toEqual(known)
    expect(markers.map((marker) => [marker, holds(parseMarker(marker), values)])).toEqual(
      markers.map((marker, i) => [marker, theirs.says[i]]),
    )
  })

  it.each(interpreters)('agrees about the tags of wheels: $path', ({ path, theirs }) => {
    const { interpreter, system } = probed(path)
    const ours = [...compatibleTags(interpreter, system.arch).keys()]
    const isOrdered = !/^(2\.|3\.[0-9]\.)/.test(interpreter.version)
    expect(isOrdered ? ours : ours.sort()).toEqual(isOrdered ? theirs.tags : theirs.tags.sort())
  })
})

it('finds an interpreter to compare with wherever pyenv is', () => {
  expect(interpreters.length > 0 || !findInterpreters().some((path) => existsSync(path) && /3\.1\d/.test(path))).toBe(
    true,
  )
})
