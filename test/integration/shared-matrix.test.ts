import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { callHelper, testPath } from '../remote/support/call.js'
import { describePython, edgeInterpreters, findInterpreters } from '../remote/support/interpreters.js'
import { greeting, sentWheels, thinVenvs } from '../remote/support/locked.js'
import { temporaryFolders } from '../remote/support/place.js'
import { sampleOf } from '../support/sample.js'

const place = temporaryFolders()
const all = findInterpreters().map(describePython)
const withVenv = all.filter(({ version }) => !version.startsWith('2.'))
const edges = withVenv.filter(({ path }) => edgeInterpreters().includes(path))
const python2 = all.find(({ version }) => version.startsWith('2.'))

const run = (program: string, words: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(program, words, { env: { PATH: testPath, LANG: 'C.UTF-8', ...env }, encoding: 'utf8' })

/** After all that, by the interpreter itself. */
async function expectAsMade(home: string, venv: string, python: { path: string }): Promise<void> {
  const input = { instances: [{ instance: 'blog', venv }] }
  const { events, stderr } = await callHelper({ python: python.path, home, action: 'verify', input })
  expect([stderr, events]).toEqual(['', [expect.objectContaining({ packages: 2, drift: [], notes: [] })]])
}

/** What a person would try in a venv. */
function expectToWork(home: string, venv: string, name: string, python: { version: string }) {
  const short = python.version.split('.').slice(0, 2).join('.')
  expect(run(join(venv, 'bin/greet'), []).stdout).toBe(`hello ${venv}\n`)
  for (const pip of [['pip'], [`pip${short}`], ['python', '-m', 'pip']]) {
    const [program, ...words] = pip
    const frozen = run(join(venv, 'bin', program!), [...words, 'freeze', '--disable-pip-version-check'])
    expect(frozen.stdout.toLowerCase()).toBe('greeting==1.1\nwords==2.0\n')
  }
  expect(run(join(venv, 'bin/pip'), ['check']).stdout).toBe('No broken requirements found.\n')
  expect(readFileSync(join(venv, 'share/man/man1/greet.1'), 'utf8')).toBe('.TH greet\n')
  const activate = `. "$1/bin/activate"; echo "$VIRTUAL_ENV"; echo "$PS1"; command -v greet`
  const said = run('/bin/bash', ['-c', activate, 'bash', venv]).stdout.split('\n')
  expect([said[0], said[1]?.trim(), said[2]]).toEqual([venv, `(${name})`, join(venv, 'bin/greet')])
  // Also where the locale knows no accents, and by a link.
  const link = join(home, 'link')
  symlinkSync(venv, link)
  const where = 'import sys, words; sys.stdout.write("|".join([sys.prefix, sys.exec_prefix, sys.executable]))'
  const raw = spawnSync(join(link, 'bin/python'), ['-c', where], { env: { LC_ALL: 'C.UTF-8' } })
  expect(raw.stdout.toString()).toBe([venv, venv, join(venv, 'bin/python')].join('|'))
  expect(run(join(venv, 'bin/python'), ['-c', 'import words'], { LC_ALL: 'C', LANG: 'C' }).stderr).toBe('')
}

describe('a thin venv on every interpreter', () => {
  // A blank and an accent: scripts need another first line there, and ASCII locales trip over them.
  const awkward = (name: string) => {
    const home = join(place(), name)
    mkdirSync(home)
    return home
  }

  test.each(process.env.VENVOY_TEST_ALL ? withVenv : edges)('$path', async (python) => {
    const home = awkward('ho me é')
    const venvs = thinVenvs(home, python, place())
    const built = await venvs.build('blog é+x', {}, { LC_ALL: 'C' })
    expect(built).toMatchObject({ code: 0 })
    expectToWork(home, venvs.venv('blog é+x'), 'blog é+x', python)
    await expectAsMade(home, venvs.venv('blog é+x'), python)
  })

  // Nobody is at that address.
  const away = { PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_FIND_LINKS: '', PIP_NO_INDEX: '' }

  test.each(
    sampleOf(
      'Pythons without an index',
      (process.env.VENVOY_TEST_ALL ? withVenv : edges).map(({ path }) => [path]),
    ).slice(0, process.env.VENVOY_TEST_ALL ? undefined : 1),
  )('%s, of wheels that were sent', async (path) => {
    const home = awkward('ho me é')
    const python = describePython(path)
    const venvs = thinVenvs(home, python, place())
    expect(await venvs.build('blog', sentWheels(home), away)).toMatchObject({ code: 0 })
    expectToWork(home, venvs.venv('blog'), 'blog', python)
  })

  const tools = mkdtempSync(join(tmpdir(), 'venvoy-virtualenv2-'))
  afterAll(() => rmSync(tools, { recursive: true, force: true }))

  test.skipIf(python2 === undefined)('Python 2.7, which virtualenv makes', async () => {
    execFileSync('/usr/bin/python3', ['-m', 'venv', tools])
    execFileSync(join(tools, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', 'virtualenv<20.22'])
    // Python 2 reads no script of which sh's first lines hold an accent, whoever wrote it.
    const home = awkward('ho me')
    const script = { 'greeting-1.1.data/scripts/greet-old': '#!python\nimport greeting; greeting.main()\n' }
    const wheels = greeting.map((each) =>
      each.name === 'Greeting' ? { ...each, modules: { ...each.modules, ...script } } : each,
    )
    const venvs = thinVenvs(home, python2!, place(), wheels)
    const env = { ...away, PATH: `${tools}/bin:${testPath}` }
    const built = await venvs.build('blog', { with: 'virtualenv', ...sentWheels(home, wheels) }, env)
    expect(built).toMatchObject({ code: 0 })
    expectToWork(home, venvs.venv('blog'), 'blog', python2!)
    expect(run(join(venvs.venv('blog'), 'bin/greet-old'), []).stdout).toBe(`hello ${venvs.venv('blog')}\n`)
    await expectAsMade(home, venvs.venv('blog'), python2!)
    // It holds a copy of its interpreter.
    const again = await venvs.build('blog', { with: 'virtualenv', ...sentWheels(home, wheels) }, env)
    expect(again.events.at(-1)).toMatchObject({ event: 'venv', path: venvs.venv('blog'), reused: true })
  })
})
