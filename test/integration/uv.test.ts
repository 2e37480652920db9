import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { startPackageIndex } from '../../src/testing/index.js'
import { callHelper, testPath } from '../remote/support/call.js'
import { anyPython3, describePython, edgeInterpreters } from '../remote/support/interpreters.js'
import { greeting, lockWheels, thinVenvs } from '../remote/support/locked.js'
import { cachedTree, listAll, temporaryFolders, venvInput } from '../remote/support/place.js'
import { withPip } from './with-pip.js'

const place = temporaryFolders()
const python = describePython(anyPython3())
const short = python.version.split('.').slice(0, 2).join('.')
const site = `lib/python${short}/site-packages`

// A real one, from the package index.
const tools = mkdtempSync(join(tmpdir(), 'venvoy-uv-'))
const uv = { version: '', path: join(tools, 'bin/uv') }
const byUv = { installer: { name: 'uv' }, uv } as const
const { byPip, homeWithPip, prepare } = withPip(join(tools, 'home'), python, place)
beforeAll(async () => {
  execFileSync(python.path, ['-m', 'venv', tools])
  execFileSync(join(tools, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', 'uv'])
  uv.version = execFileSync(uv.path, ['--version'], { encoding: 'utf8' }).split(' ')[1]!
  await prepare()
})
afterAll(() => rmSync(tools, { recursive: true, force: true }))

const receiptOf = (path: string) => JSON.parse(readFileSync(join(path, '.venvoy.json'), 'utf8'))
const run = (program: string, ...words: string[]) =>
  spawnSync(program, words, { env: { PATH: testPath, LANG: 'C.UTF-8' }, encoding: 'utf8' })
const cacheOf = (home: string) => join(home, '.cache/venvoy/uv/cache')

/** The files in a folder whose content a test wants to change. */
const find = (folder: string, name: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`/${name}`))
    .map((path) => join(folder, path))

describe('locked packages by uv', () => {
  test('are the same as by pip, whatever makes the venv, wherever it is', async () => {
    const { content, installed } = receiptOf(byPip.base)
    const venvs = thinVenvs(homeWithPip(), python)
    expect(await venvs.build('a', { ...byUv, with: 'uv' })).toMatchObject({ code: 0 })
    const { installer, ...receipt } = receiptOf(venvs.base)
    expect([receipt.content, receipt.installed, installer]).toEqual([content, installed, ['uv', uv.version]])
    const files = (base: string) => listAll(join(base, site)).filter((line) => !line.includes('uv_cache'))
    expect(files(venvs.base)).toEqual(files(byPip.base))
  })

  test.each(
    edgeInterpreters()
      .map(describePython)
      .filter(({ version }) => !version.startsWith('2.')),
  )('and a venv of its making work as others do: $path', async (python) => {
    const home = join(place(), 'ho me é')
    mkdirSync(home)
    const venvs = thinVenvs(home, python, place())
    const built = await venvs.build('blog é+x', { ...byUv, with: 'uv' }, { LC_ALL: 'C' })
    expect(built).toMatchObject({ code: 0 })
    const venv = venvs.venv('blog é+x')
    expect(run(join(venv, 'bin/greet')).stdout).toBe(`hello ${venv}\n`)
    expect(run(join(venv, 'bin/pip'), 'freeze', '--disable-pip-version-check').stdout.toLowerCase()).toBe(
      'greeting==1.1\nwords==2.0\n',
    )
    const activate = '. "$1/bin/activate"; echo "$VIRTUAL_ENV"; echo "$PS1"; command -v greet; deactivate'
    const said = run('/bin/bash', '-c', activate, 'bash', venv).stdout.split('\n')
    expect([said[0], said[1]?.trim(), said[2]]).toEqual([venv, '(blog é+x)', join(venv, 'bin/greet')])
    expect(existsSync(join(venv, 'CACHEDIR.TAG'))).toBe(false)
  })

  test('know nothing of the settings of the person, but where the index is', async () => {
    const index = await startPackageIndex(greeting)
    const home = homeWithPip()
    const venvs = thinVenvs(home, python)
    mkdirSync(join(home, '.config/uv'), { recursive: true })
    mkdirSync(join(home, '.config/pip'), { recursive: true })
    writeFileSync(join(home, '.config/uv/uv.toml'), 'index-url = "http://127.0.0.1:1/"\nlink-mode = "symlink"\n')
    writeFileSync(join(home, '.config/pip/pip.conf'), `[global]\nindex-url = ${index.url}\nno-binary = :all:\n`)
    const foreign = { PIP_NO_INDEX: '0', PIP_FIND_LINKS: '/nowhere', PIP_TARGET: '/nowhere' }
    const env = { ...foreign, UV_INDEX_URL: 'http://127.0.0.1:1/', UV_NO_BINARY: '1', UV_CACHE_DIR: '/nowhere' }
    expect(await venvs.build('a', byUv, env)).toMatchObject({ code: 0 })
    expect(index.requests().filter((line) => line.startsWith('GET /files/')).length).toBeGreaterThan(0)
    // The cache has no file in common with the venv.
    expect(listAll(join(venvs.base, site)).filter((line) => line.includes(' -> '))).toEqual([])
    expect(run('find', venvs.base, '-type', 'f', '-links', '+1').stdout).toBe('')
    const asked = index.requests().length
    await venvs.build('b', { ...byUv, fingerprint: 'ffffffffffffffff', index: index.url }, { PIP_NO_INDEX: '1' })
    expect(index.requests().length).toBeGreaterThan(asked - 1)
    await index.stop()
  })

  test('are taken by their hashes even where the interpreter has them', async () => {
    const venvs = thinVenvs(homeWithPip(), python)
    const packages = venvs.locked.packages.map(([name, version]) => [name, version, ['0'.repeat(64)]] as const)
    const refused = await venvs.build('a', { ...byUv, systemSitePackages: true, locked: { packages } })
    expect([refused.code, existsSync(venvs.base)]).toEqual([1, false])
    expect(refused.stderr).toMatch(/[Hh]ash mismatch[\s\S]*uv could not install the locked packages of venv a\n/)
  })

  test('are refused when the cache was tampered with, and are right in the next run', async () => {
    const home = homeWithPip()
    const venvs = thinVenvs(home, python)
    await venvs.build('a', byUv)
    for (const path of find(cacheOf(home), 'greeting.py')) appendFileSync(path, 'evil = 1\n')
    const next = { ...byUv, fingerprint: 'ffffffffffffffff' }
    const refused = await venvs.build('a', next)
    expect(refused.code).toBe(1)
    expect(refused.stderr.split('\n').slice(-4)).toEqual([
      'uv did not install what the packages of venv a should be',
      `  ${site}/greeting.py of greeting 1.1 is not what its RECORD says`,
      '  try: run again: its cache was emptied; what was serving still does',
      '',
    ])
    expect(await venvs.build('a', next)).toMatchObject({ code: 0 })
  })

  test('are refused where two have different files in one place, which uv leaves to chance', async () => {
    const two = (one: string, other: string) => [
      { name: 'one', version: '1.0', modules: { 'tests.py': one } },
      { name: 'two', version: '1.0', modules: { 'tests.py': other } },
    ]
    const refused = await thinVenvs(homeWithPip(), python, place(), two('a = 1\n', 'a = 2\n')).build('blog', byUv)
    expect(refused.stderr.split('\n').slice(-4)).toEqual([
      'packages of venv blog have different files in one place',
      `  ${site}/tests.py of one 1.0 and two 1.0 is another in each`,
      '  try: do without one of them, or set `installer: pip`, with which the last one counts on every host',
      '',
    ])
    const same = await thinVenvs(homeWithPip(), python, place(), two('a = 1\n', 'a = 1\n')).build('blog', byUv)
    expect([same.code, same.events.filter(({ event }) => event === 'note')]).toMatchObject([0, [{ level: 'warning' }]])
  })

  test('that need what is not locked are refused as with pip', async () => {
    const wheels = [{ name: 'one', version: '1.0', modules: { 'one.py': '' }, requires: ['two'] }]
    const refused = await thinVenvs(homeWithPip(), python, place(), wheels).build('blog', byUv)
    expect(refused.stderr).toMatch(/\nthe lockfile lacks what its packages need\n {2}one 1.0 requires two, which/)
  })
})

const ownProject = '[project]\nname = "own"\nversion = "1.0"\n[build-system]\nrequires = ["setuptools"]\n'

describe('requirements by uv', () => {
  const build = (home: string, more: Partial<VenvInput>, env: Record<string, string> = {}) =>
    callHelper({ python: python.path, home, action: 'venv', input: venvInput('~/venvs', python, more), env })

  test('may be the project itself', async () => {
    const home = homeWithPip()
    const tree = cachedTree(join(home, 'cache'), {
      'libs/own/pyproject.toml': ownProject,
      'libs/own/own.py': 'x = 1\n',
    })
    const built = await build(home, { ...byUv, tree, arguments: ['./libs/own'] })
    expect([built.code, receiptOf(join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')).installed]).toContainEqual(
      expect.arrayContaining([['own', '1.0']]),
    )
  })

  test('are installed, verified and recorded', async () => {
    const home = homeWithPip()
    lockWheels(join(home, 'wheels'), greeting)
    const files = { 'requirements/base.txt': '-r ../more.txt\n', 'more.txt': 'greeting\n' }
    const more = { ...byUv, files, arguments: ['-r', 'requirements/base.txt'], postInstall: ['greet'] }
    const built = await build(home, more, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(home, 'wheels') })
    const venv = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')
    expect(built).toMatchObject({ code: 0, stdout: `hello ${venv}\n` })
    const { installed } = receiptOf(venv)
    expect(installed.filter(([name]: string[]) => !['pip', 'setuptools'].includes(name!))).toEqual([
      ['greeting', '1.1'],
      ['words', '2.0'],
    ])
    expect(existsSync(join(venv, '.lock'))).toBe(false)
    const failed = await build(home, { ...more, fingerprint: 'ffffffffffffffff' }, { PIP_NO_INDEX: '1' })
    expect([failed.code, /uv could not install what venv blog needs\n/.test(failed.stderr)]).toEqual([1, true])
  })
})
