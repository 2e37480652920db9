import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exec, shell } from '../../src/shell/command.js'
import { type Context, emptyContext, inShell, prefix, withEnv, within } from '../../src/shell/context.js'
import { inContext } from '../shell/in-context.js'
import { localHost, type Ran, type Recorder, record } from '../support/session.js'
import { findPythons, installTools } from './virtualenvwrapper.js'

const [ours, other = ours] = findPythons()
const folder = mkdtempSync(join(tmpdir(), 'venvoy-tools-'))
// virtualenvwrapper itself cannot do with spaces in it.
const project = join(folder, 'project')
const host = localHost({ PYTHONPATH: '/kept' })
const venvs = join(host.home, '.virtualenvs')
const workon = (...words: string[]) => prefix(emptyContext, exec('workon', ...words))

beforeAll(async () => {
  mkdirSync(venvs)
  const [old, recent] = await Promise.all([installTools('4.8.4'), installTools('6.1.1')])
  const make = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: host.home, stdio: 'pipe' })
  make(ours!.path, '-m', 'venv', '--without-pip', join(venvs, 'by-venv'))
  make(other!.path, '-m', 'venv', '--without-pip', join(venvs, 'other-python'))
  make(ours!.path, '-m', 'venv', '--without-pip', join(host.home, 'store/1/linked'))
  make(ours!.path, '-m', 'venv', '--without-pip', join(host.home, 'store/2/of-another-name'))
  symlinkSync('../store/1/linked', join(venvs, 'linked'))
  symlinkSync('../store/2/of-another-name', join(venvs, 'renamed'))
  make(join(recent.bin, 'virtualenv'), '-q', '--no-download', join(venvs, 'by-virtualenv'))
  mkdirSync(project)
  await old.shell(host.home, 'mkvirtualenv by-4.8.4')
  await recent.shell(host.home, `mkvirtualenv -a ${project} by-6.1.1; mkvirtualenv "two words"`)
}, 180_000)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  host.remove()
})

describe.each(['dash', 'bash', 'busybox sh'])('workon in %s, with real venvs, enters one', (sh) => {
  let on: Recorder
  const run = (context: Context, command: string): Promise<Ran> => on.run(inContext(context, command))
  beforeAll(async () => {
    on = await record(host.connection, { sh })
  })
  afterAll(() => on.session.close())

  const prefixOf = 'python -c "import os, sys; print(os.path.realpath(sys.prefix))"'
  it.each([
    ['made by python -m venv', 'by-venv', ''],
    ['made by virtualenv', 'by-virtualenv', ''],
    ['made by virtualenvwrapper 4.8.4', 'by-4.8.4', ''],
    ['made by virtualenvwrapper 6.1.1', 'by-6.1.1', project],
    ['made by virtualenvwrapper with a space', 'two words', ''],
    ['that is linked under its own name', 'linked', ''],
    ['that is linked under another name', 'renamed', ''],
    ['of another Python', 'other-python', ''],
  ])('%s', async (_, name, cwd) => {
    const real = realpathSync(join(venvs, name))
    expect(await run(workon(name), `${prefixOf}; echo "$VIRTUAL_ENV"; pwd; sh -c '${prefixOf}'`)).toEqual({
      code: 0,
      stopped: false,
      stdout: `${real}\n${real}\n${cwd || host.home}\n${real}\n`,
      stderr: '',
    })
  })

  it.skipIf(ours === other)('and the version inside differs from the version outside where it should', async () => {
    const outside = within(prefix(emptyContext, shell(`PATH=${ours!.path.replace(/\/[^/]*$/, '')}:$PATH`)), '/')
    const versions = await Promise.all([ours, other].map((python) => `Python ${python!.version}`))
    const short = 'python3 --version | grep -o "Python 3[.][0-9]*"'
    expect((await run(outside, short)).stdout).toBe(`${versions[0]}\n`)
    expect((await run(prefix(outside, shell('workon other-python')), short)).stdout).toBe(`${versions[1]}\n`)
    expect((await run(prefix(outside, shell('workon by-venv')), short)).stdout).toBe(`${versions[0]}\n`)
  })

  it.each(['by-venv', 'by-virtualenv', 'other-python'])(
    'and changes with the activate of %s in both directions',
    async (name) => {
      const activate = `. '${join(venvs, name, 'bin/activate')}'`
      const count = `echo "$PATH" | tr : '\\n' | grep -c '^${venvs}'; echo "$VIRTUAL_ENV"`
      const behind = prefix(prefix(emptyContext, shell(activate)), shell('workon linked'))
      const before = prefix(workon('linked'), shell(activate))
      const linked = join(host.home, 'store/1/linked')
      expect((await run(behind, `${count}; deactivate; ${count}`)).stdout).toBe(`0\n${linked}\n0\n\n`)
      expect((await run(before, `${count}; deactivate; ${count}`)).stdout).toBe(`1\n${join(venvs, name)}\n0\n\n`)
    },
  )

  it('and lists those that are there for one that is not', async () => {
    const ran = await run(workon('nosuch'), 'echo ran')
    expect([ran.code, ran.stdout]).toEqual([1, ''])
    expect(ran.stderr).toBe(
      `workon: no venv 'nosuch' in ${venvs}; there are: by-4.8.4, by-6.1.1, by-venv, by-virtualenv, linked, other-python, renamed, two words\n`,
    )
  })

  it('and clears PYTHONHOME, with which no Python would start', async () => {
    const context = prefix(withEnv(emptyContext, { PYTHONHOME: '/no/such' }), shell('set -u; workon by-venv'))
    expect(
      (await run(context, "python -c \"import os; print(os.environ.get('PYTHONHOME'), os.environ['PYTHONPATH'])\""))
        .stdout,
    ).toBe('None /kept\n')
  })

  it('although a start-up file prints, returns early or replaces workon', async () => {
    for (const text of ['echo noise', 'return', 'workon() { echo wrong; }', 'set -u']) {
      writeFileSync(join(host.home, '.profile'), `${text}\n`)
      const ran = await run(inShell(workon('by-venv'), 'login'), 'echo "$VIRTUAL_ENV"')
      expect([ran.code, ran.stdout]).toEqual([0, `${join(venvs, 'by-venv')}\n`])
    }
    rmSync(join(host.home, '.profile'))
  })
})
