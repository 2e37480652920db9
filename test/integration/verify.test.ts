import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { callHelper } from '../remote/support/call.js'
import { contents } from '../remote/support/contents.js'
import { anyPython3, describePython, edgeInterpreters } from '../remote/support/interpreters.js'
import { greeting, lockWheels, thinVenvs } from '../remote/support/locked.js'
import { temporaryFolders, venvInput } from '../remote/support/place.js'
import { sampleOf } from '../support/sample.js'

const python = describePython(anyPython3())
const short = python.version.split('.').slice(0, 2).join('.')
const site = `lib/python${short}/site-packages`

/** What the helper says of a venv: a line for each finding. */
async function verify(home: string, venv: string, by: VenvInput['python'] = python, more: object = {}) {
  const input = { instances: [{ instance: 'blog', venv, ...more }] }
  const { code, events, stderr } = await callHelper({ python: by.path, home, action: 'verify', input })
  const found = events.find(({ event }) => event === 'verified')
  if (code !== 0 || found?.event !== 'verified') throw new Error(`the helper ended with ${code}: ${stderr}`)
  const lines = found.drift.flatMap(({ place, package: of, first }) =>
    first.map(([what, path, detail]) =>
      [place, of ?? '-', what, path ?? '-', ...(detail === null ? [] : [detail])].join(' | '),
    ),
  )
  return { ...found, lines }
}

describe('a venv that has its packages in itself', () => {
  const folders = temporaryFolders()
  test('is as it was made when it has been used, and a change in it is named', async () => {
    const home = folders()
    const wheels = join(home, 'wheels')
    lockWheels(wheels, greeting)
    const input = venvInput('~/venvs', python, { arguments: ['greeting'] })
    const env = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels }
    const built = await callHelper({ python: python.path, home, action: 'venv', input, env })
    const venv = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')
    expect(built).toMatchObject({ code: 0 })
    execFileSync(join(venv, 'bin/greet'))
    execFileSync(join(venv, 'bin/pip'), ['list', '--disable-pip-version-check'])
    expect((await verify(home, venv)).lines).toEqual([])
    execFileSync(join(venv, 'bin/pip'), ['uninstall', '--yes', '--quiet', 'words'])
    expect((await verify(home, venv)).lines).toEqual(
      expect.arrayContaining([
        'venv | words 2.0 | package | - | words 2.0 is no longer installed',
        `venv | words 2.0 | missing | ${site}/words/__init__.py`,
        'venv | - | package | - | Greeting 1.1 requires words, which is not installed',
      ]),
    )
  })
})

/** Makes a file writable, and its folder, as somebody does who means it. */
function loosen(path: string): void {
  for (const each of [join(path, '..'), path]) if (existsSync(each)) chmodSync(each, 0o755)
}

describe('a change by hand', () => {
  let home: string
  let venvs: ReturnType<typeof thinVenvs>
  const path = async (name: string) => {
    const { events, stderr } = await venvs.build(name)
    const built = events.find(({ event }) => event === 'venv')
    if (built?.event !== 'venv') throw new Error(stderr)
    return built.path
  }
  const away = (folder: string) => {
    execFileSync('chmod', ['-R', 'u+w', folder])
    rmSync(folder, { recursive: true })
  }
  /** As they were built: building takes seconds. */
  const restore = () => {
    away(venvs.store)
    execFileSync('cp', ['-a', join(home, 'as-built'), venvs.store])
  }
  beforeAll(async () => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'venvoy-verify-')))
    venvs = thinVenvs(home, python)
    for (const name of ['a', 'b']) await path(name)
    execFileSync('cp', ['-a', venvs.store, join(home, 'as-built')])
  })
  beforeEach(restore)
  afterAll(() => away(home))

  type Places = { readonly venv: string; readonly base: string; readonly packages: string }
  const words = (each: Places) => join(each.packages, 'words')
  const table: readonly (readonly [string, (each: Places) => void, readonly (string | RegExp)[]])[] = [
    [
      'to a file of the shared packages',
      (each) => {
        loosen(join(words(each), 'more.py'))
        chmodSync(join(words(each), 'more.py'), 0o644)
        appendFileSync(join(words(each), 'more.py'), 'y = 2\n')
        chmodSync(join(words(each), 'more.py'), 0o444)
        chmodSync(words(each), 0o555)
      },
      [`packages | words 2.0 | changed | ${site}/words/more.py`],
    ],
    [
      'to its mode, and to that of its folder',
      (each) => {
        chmodSync(join(words(each), 'more.py'), 0o644)
        chmodSync(words(each), 0o755)
      },
      [
        `packages | words 2.0 | mode | ${site}/words/more.py | 644, was 444`,
        `packages | - | mode | ${site}/words/ | 755: it can be written to`,
      ],
    ],
    [
      'that takes a package away',
      (each) => {
        for (const name of ['words', 'words-2.0.dist-info']) {
          execFileSync('chmod', ['-R', 'u+w', each.packages])
          rmSync(join(each.packages, name), { recursive: true })
        }
        execFileSync('chmod', ['-R', 'a-w', each.packages])
      },
      [
        'packages | words 2.0 | package | - | words 2.0 is no longer installed',
        `packages | words 2.0 | missing | ${site}/words-2.0.dist-info/METADATA`,
        `packages | words 2.0 | missing | ${site}/words/__init__.py`,
        'packages | - | package | - | Greeting 1.1 requires words, which is not installed',
      ],
    ],
    [
      'that adds a .pth, a sitecustomize and a compiled file without a source',
      (each) => {
        loosen(join(each.packages, 'evil.pth'))
        for (const name of ['evil.pth', 'sitecustomize.py', '__pycache__/ghost.cpython-3.pyc'])
          writeFileSync(join(each.packages, name), 'import os\n')
        chmodSync(each.packages, 0o555)
      },
      [
        `packages | - | added | ${site}/__pycache__/ghost.cpython-3.pyc`,
        `packages | - | added | ${site}/evil.pth`,
        `packages | - | added | ${site}/sitecustomize.py`,
      ],
    ],
    [
      'by pip, over a version that is locked, in the packages themselves',
      (each) => {
        const folder = join(home, 'newer')
        lockWheels(folder, [{ name: 'words', version: '3.0', modules: { 'words/__init__.py': 'hello = "x"\n' } }])
        execFileSync('chmod', ['-R', 'u+w', each.base])
        const pip = JSON.parse(readFileSync(join(each.base, '.venvoy.json'), 'utf8')).pip
        const options = ['install', '--quiet', '--no-index', '--find-links', folder, '--no-compile', 'words==3.0']
        execFileSync(join(each.base, 'bin/python'), [join(pip, 'pip'), ...options], { stdio: 'ignore' })
        execFileSync('chmod', ['-R', 'a-w', each.base])
      },
      [
        'packages | words 2.0 | package | - | words is 3.0, was 2.0',
        `packages | words 2.0 | changed | ${site}/words/__init__.py`,
        `packages | words 2.0 | missing | ${site}/words/more.py`,
        `packages | words 3.0 | added | ${site}/words-3.0.dist-info/METADATA`,
      ],
    ],
    [
      'that puts another Python in place',
      ({ venv }) => {
        unlinkSync(join(venv, 'bin/python'))
        symlinkSync('/bin/sh', join(venv, 'bin/python'))
      },
      [
        new RegExp(`^venv \\| - \\| interpreter \\| - \\| bin/python is /\\S+, was ${python.real}$`),
        /^venv \| - \| link \| bin\/python \| to \/bin\/sh, was to \S+$/,
      ],
    ],
    [
      "to the venv's own files",
      ({ venv }) => {
        appendFileSync(join(venv, 'bin/activate'), '# mine\n')
        writeFileSync(join(venv, 'bin/greet'), '#!/bin/sh\n')
        mkdirSync(join(venv, site, 'empty'))
        writeFileSync(join(venv, site, '_virtualenv_path_extensions.pth'), '/srv\n')
      },
      [
        'venv | - | changed | bin/activate',
        'venv | - | changed | bin/greet',
        `venv | - | added | ${site}/_virtualenv_path_extensions.pth`,
        `venv | - | added | ${site}/empty/`,
      ],
    ],
    [
      'by pip in the venv, which is its owner’s to do',
      ({ venv }) => {
        const folder = join(home, 'own')
        lockWheels(folder, [{ name: 'own', version: '1.0', modules: { 'own.py': 'x = 1\n' }, requires: ['nothing'] }])
        const options = ['install', '--quiet', '--no-index', '--no-deps', '--find-links', folder, 'own']
        execFileSync(join(venv, 'bin/pip'), options, { stdio: 'ignore' })
      },
      [
        'venv | own 1.0 | package | - | own 1.0 was installed by hand',
        `venv | own 1.0 | added | ${site}/own.py`,
        'venv | - | package | - | own 1.0 requires nothing, which is not installed',
      ],
    ],
    [
      'to the list itself',
      ({ base }) => {
        loosen(join(base, '.venvoy.manifest'))
        const text = readFileSync(join(base, '.venvoy.manifest'), 'utf8')
        writeFileSync(join(base, '.venvoy.manifest'), text.replace('greeting.py', 'greetings.py'))
        chmodSync(base, 0o555)
      },
      ['packages | - | changed | .venvoy.manifest'],
    ],
    [
      'to the pip that all of them see',
      ({ base }) => {
        const { pip } = JSON.parse(readFileSync(join(base, '.venvoy.json'), 'utf8'))
        chmodSync(join(pip, 'pip/__init__.py'), 0o644)
        appendFileSync(join(pip, 'pip/__init__.py'), '\n')
        chmodSync(join(pip, 'pip/__init__.py'), 0o444)
      },
      ['pip | - | changed | pip/__init__.py'],
    ],
  ]

  test.each(sampleOf('changes by hand', table, 8))(
    '%s is found and named, and nothing but a mark is written',
    async (_, change, expected) => {
      const [a, b] = [venvs.venv('a'), venvs.venv('b')]
      const { base } = venvs
      expect((await verify(home, a)).lines).toEqual([])
      change({ venv: a, base, packages: join(base, site) })
      const before = contents(venvs.store)
      const found = await verify(home, a)
      for (const line of expected)
        expect(found.lines).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))
      expect(found.marked).toBe(true)
      expect(contents(venvs.store).filter((line) => !line.includes('.venvoy.drift'))).toEqual(before)
      // What was noted is no difference.
      expect((await verify(home, a)).lines).toEqual(found.lines)
      // Who shares what has changed has it, too.
      const isShared = found.drift.some(({ place }) => place !== 'venv')
      expect((await verify(home, b)).lines.length > 0).toBe(isShared)
    },
  )

  const unchanged = (folder: string) => contents(folder).filter((line) => !line.includes('__pycache__'))

  test.each(edgeInterpreters())('is found by any Python: %s', async (reader) => {
    const a = venvs.venv('a')
    expect((await verify(home, a, describePython(reader))).lines).toEqual([])
    writeFileSync(join(a, site, 'évil.pth'), '\n')
    unlinkSync(join(a, 'bin/greet'))
    expect((await verify(home, a, describePython(reader))).lines).toEqual([
      'venv | - | missing | bin/greet',
      `venv | - | added | ${site}/évil.pth`,
    ])
  })

  test('in a venv is healed beside it, on the same packages', async () => {
    const [a, b] = [venvs.venv('a'), venvs.venv('b')]
    writeFileSync(join(a, site, 'evil.pth'), '\n')
    await verify(home, a)
    const before = [a, b, venvs.base].map(unchanged)
    const healed = await path('a')
    expect(healed).toBe(a.replace('/a', '.1/a'))
    expect((await verify(home, healed)).lines).toEqual([])
    expect([a, b, venvs.base].map(unchanged)).toEqual(before)
    expect([await path('a'), await path('b')]).toEqual([healed, b])
  })

  test('to shared packages and to pip is healed for each venv with its next build', async () => {
    const [a, b] = [venvs.venv('a'), venvs.venv('b')]
    const { pip } = JSON.parse(readFileSync(join(venvs.base, '.venvoy.json'), 'utf8'))
    for (const file of [join(pip, 'pip/__init__.py'), join(venvs.base, site, 'greeting.py')]) {
      chmodSync(file, 0o644)
      appendFileSync(file, '\n')
      chmodSync(file, 0o444)
    }
    await verify(home, a)
    const before = [a, b, venvs.base].map(unchanged)
    const healed = [await path('a'), await path('b')]
    expect(healed).toEqual([a.replace('/a', '.1/a'), b.replace('/b', '.1/b')])
    for (const each of healed) {
      expect((await verify(home, each)).lines).toEqual([])
      expect(JSON.parse(readFileSync(join(each, '.venvoy.json'), 'utf8')).base).toBe(`${venvs.base}.1`)
    }
    expect([a, b, venvs.base].map(unchanged)).toEqual(before)
  })

  test('that was undone by hand is forgotten', async () => {
    const stray = join(venvs.venv('a'), site, 'evil.pth')
    writeFileSync(stray, '\n')
    await verify(home, venvs.venv('a'))
    rmSync(stray)
    expect((await verify(home, venvs.venv('a'))).lines).toEqual([])
    expect(await path('a')).toBe(venvs.venv('a'))
  })

  test('is one of many: all are counted, and the first hundred of a package named', async () => {
    const folder = join(venvs.venv('a'), site)
    for (let i = 0; i < 130; i++) writeFileSync(join(folder, `stray${i}.py`), '')
    const { drift } = await verify(home, venvs.venv('a'))
    expect(drift.map(({ counts, first }) => [counts, first.length])).toEqual([[{ added: 130 }, 100]])
  })
})
