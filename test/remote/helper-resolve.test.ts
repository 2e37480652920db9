import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResolveInput } from '../../src/remote/venv-input.js'
import {
  buildWheel,
  type PackageIndex,
  startPackageIndex,
  type WheelSpec,
  wheelFilename,
} from '../../src/testing/index.js'
import { callHelper } from './support/call.js'
import { anyPython3, describePython, findInterpreters } from './support/interpreters.js'
import { temporaryFolders } from './support/place.js'

const place = temporaryFolders()
const wheel = (name: string, version: string, requires: readonly string[] = []): WheelSpec => ({
  name,
  version,
  modules: { [`${name}.py`]: `version = "${version}"\n` },
  requires,
})
const wheels = [
  wheel('web', '1.0', ['wire>=1']),
  wheel('web', '2.0', ['wire>=2', 'Old_Thing; python_version < "3.7"']),
  wheel('wire', '1.0'),
  wheel('wire', '2.0'),
  wheel('wire', '2.1'),
  wheel('old-thing', '0.1'),
]

/** As the helper tells a package of the index. */
function told(name: string, version: string) {
  const spec = wheels.find((each) => each.name === name && each.version === version)!
  const digest = createHash('sha256').update(buildWheel(spec)).digest('hex')
  return [name, version, wheelFilename(spec), digest, '']
}

let index: PackageIndex
beforeAll(async () => {
  index = await startPackageIndex(wheels)
})
afterAll(() => index.stop())

async function resolve(path: string, more: Partial<ResolveInput>) {
  const home = place()
  const input: ResolveInput = {
    name: 'blog',
    python: describePython(path),
    with: 'venv',
    systemSitePackages: false,
    files: {},
    arguments: [],
    index: index.url,
    pins: [],
    ...more,
  }
  const result = await callHelper({ python: path, home, action: 'resolve', input, env: { TMPDIR: home } })
  expect(readdirSync(home).filter((name) => name.startsWith('venvoy'))).toEqual([])
  return result
}

const python = anyPython3()
const olds = findInterpreters().filter((path) => /\/3\.(6|7)\./.test(path)) // '…/versions/3.6.15/bin/python'

describe('resolve', () => {
  test.each([python, ...olds])('tells versions and hashes, by report or by download: %s', async (path) => {
    const files = { 'requirements.in': '-c c.txt\nweb\n', 'c.txt': 'wire<2.1\n' }
    const result = await resolve(path, { files, arguments: ['-r', 'requirements.in'] })
    const isOld = /\/3\.6\./.test(path)
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.events.at(-1)).toEqual({
      event: 'resolved',
      packages: [...(isOld ? [told('old-thing', '0.1')] : []), told('web', '2.0'), told('wire', '2.0')],
      dropped: [],
    })
  })

  test('keeps pins that still fit, and gives up those that do not', async () => {
    const pins = [
      ['web', '1.0'],
      ['wire', '1.0'],
      ['gone', '1'],
    ] as const
    const kept = await resolve(python, { arguments: ['web'], pins })
    expect(kept.events.at(-1)).toMatchObject({ packages: [told('web', '1.0'), told('wire', '1.0')], dropped: [] })
    const moved = await resolve(python, { arguments: ['web>=2'], pins })
    expect(moved.events.at(-1)).toMatchObject({
      packages: [told('web', '2.0'), told('wire', '2.1')],
      dropped: ['web', 'wire'],
    })
  })

  test('says what pip could not find', async () => {
    const result = await resolve(python, { arguments: ['nothing-like-it'] })
    expect(result.code).toBe(1)
    expect(result.stderr.split('\n').slice(0, 2)).toEqual([
      'pip finds no versions that fit together',
      '  pip ended with exit code 1',
    ])
    expect(result.stderr).toContain(
      `  try: see whether the index has a wheel of nothing-like-it for Python ${describePython(python).version}; what only has an sdist cannot be locked\n`,
    )
  })
})
