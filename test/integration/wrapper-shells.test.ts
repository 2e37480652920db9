import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { callHelper, testPath } from '../remote/support/call.js'
import { anyPython3, describePython, findInterpreters } from '../remote/support/interpreters.js'
import { venvInput, write } from '../remote/support/place.js'

const activateThis = readFileSync('src/remote/wrapper/activate_this.py', 'utf8')
const oldest = findInterpreters().find((path) => describePython(path).version.startsWith('2.7'))
const folder = mkdtempSync(join(tmpdir(), 'venvoy-shells-'))
const home = realpathSync(folder)
const venv = join(home, '.virtualenvs/blog')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A venv of that name, and the link for `workon`. */
async function build(name: string, more: Partial<VenvInput>, path = testPath): Promise<void> {
  const python = describePython(more.with === 'virtualenv' ? oldest! : anyPython3())
  const wrapper = { digest: 'd', files: { 'bin/activate_this.py': { text: activateThis, isProgram: false } } }
  const input = venvInput('~/.virtualenvs', python, { name, wrapper, ...more })
  const built = await callHelper({ python: anyPython3(), home, action: 'venv', input, env: { PATH: path } })
  expect({ code: built.code, stderr: built.stderr }).toEqual({ code: 0, stderr: '' })
  const place = built.events.find((each) => each.event === 'venv')!.path
  const link = { home: '~/.virtualenvs', name, venv: place }
  expect((await callHelper({ python: anyPython3(), home, action: 'link', input: link })).code).toBe(0)
}

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, {
    encoding: 'utf8',
    env: { HOME: home, PATH: '/usr/bin:/bin', TERM: 'dumb' },
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore'],
  })

const hasShell = (name: string) => ['/usr/bin', '/bin'].some((place) => existsSync(join(place, name)))

/** How each shell enters a venv, and says what it would show as its prompt. */
const shells: readonly [name: string, args: (venv: string) => string[], prompt: RegExp][] = [
  [
    'bash',
    (at) => ['--norc', '-ic', `PS1=end; . ${at}/bin/activate; echo "$PS1"; command -v python`],
    /^\(blog\) end\n/,
  ],
  ['zsh', (at) => ['-fic', `PS1=end; . ${at}/bin/activate; echo "$PS1"; command -v python`], /^\(blog\) end\n/],
  [
    'tcsh',
    (at) => ['-fc', `set prompt=end; source ${at}/bin/activate.csh; echo "$prompt"; which python`],
    /^[([]blog[)\]] end\n/,
  ],
  [
    'fish',
    (at) => [
      '--no-config',
      '-c',
      `function fish_prompt; echo end; end; source ${at}/bin/activate.fish; fish_prompt; command -v python`,
    ],
    /^\(blog\) end\n/,
  ],
]

const itsPrompt = (at: () => string) => {
  for (const [name, args, prompt] of shells)
    it.skipIf(!hasShell(name))(`shows its name in the prompt of ${name}`, () => {
      const said = run(name, ...args(at()))
      expect(said).toMatch(prompt)
      expect(said.trim().split('\n').at(-1)).toBe(`${realpathSync(at())}/bin/python`)
    })
}

describe('a venv by the module venv', () => {
  beforeAll(() => build('blog', {}))

  itsPrompt(() => venv)

  it('is joined by a Python that runs, and by no other', () => {
    const say = 'import sys, pip; print(sys.prefix, pip.__file__.startswith(sys.prefix))'
    const file = `${venv}/bin/activate_this.py`
    expect(run(anyPython3(), '-c', `exec(open("${file}").read(), {"__file__": "${file}"}); ${say}`)).toBe(
      `${realpathSync(venv)} True\n`,
    )
    if (oldest === undefined) return
    expect(() => run(oldest, '-c', `execfile("${file}", {"__file__": "${file}"})`)).toThrow()
  })
})

// 20.15.1 is the last virtualenv that makes venvs of 2.7; it comes from the real index.
describe.skipIf(oldest === undefined)('a venv of Python 2.7', () => {
  const at = join(home, '.virtualenvs/blog')

  beforeAll(async () => {
    const tools = join(home, 'tools')
    execFileSync(anyPython3(), ['-m', 'venv', tools])
    execFileSync(join(tools, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', 'virtualenv==20.15.1'])
    await build('blog', { with: 'virtualenv', fingerprint: '2727272727272727' }, `${tools}/bin:${testPath}`)
  }, 120_000)

  itsPrompt(() => at)

  it('has an easy_install that installs', () => {
    write(
      join(home, 'greeting/setup.py'),
      "from setuptools import setup\nsetup(name='greeting', version='1.0', py_modules=['greeting'])\n",
    )
    write(join(home, 'greeting/greeting.py'), 'text = "hello"\n')
    expect(run(`${at}/bin/easy_install`, '--version')).toMatch(/^setuptools 44\.1\.1 from .*\(Python 2\.7\)\n$/)
    run(`${at}/bin/easy_install`, '--no-deps', join(home, 'greeting'))
    expect(run(`${at}/bin/python`, '-c', 'import greeting; print(greeting.text)')).toBe('hello\n')
  })

  it('is joined by a Python 2.7 that runs, with what easy_install put there', () => {
    const file = `${at}/bin/activate_this.py`
    const say = 'import sys, greeting; print(greeting.text, sys.prefix)'
    const said = run(oldest!, '-c', `execfile("${file}", {"__file__": "${file}"}); ${say}`)
    expect(said).toBe(`('hello', '${realpathSync(at)}')\n`)
    expect(run(oldest!, '-c', `import runpy; runpy.run_path("${file}"); ${say}`)).toBe(said)
  })
})
