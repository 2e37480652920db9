import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { wheels } from '../support/packages.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'
import { findPythons, installTools, type Tools } from './virtualenvwrapper.js'
import { loginSession } from './wrapper-session.js'

const python = findPythons()[0]!.path
const [wheel] = wheels

/** Venvs of one lockfile share their packages; people notice nothing. */
describe('venvs of a lockfile, with virtualenvwrapper 6.1.1', () => {
  let tools: Tools
  let desk: Desk
  let index: PackageIndex

  beforeAll(async () => {
    tools = await installTools('6.1.1')
    index = await startPackageIndex(wheels)
    desk = openDesk()
    const hash = createHash('sha256').update(buildWheel(wheel!)).digest('hex')
    desk.write('app/requirements.txt', `greeting==${wheel!.version} --hash=sha256:${hash}\n`)
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { here: 'local' },
      venv: { python, index: index.url, hooks: { postactivate: 'export FROM_HOOK=yes' } },
      instances: { a: { hosts: ['here'] }, b: { hosts: ['here'] } },
    })
    const { code, stderr } = await desk.venvoy('deploy', '--all', '--yes')
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 changed')])
  }, 180_000)
  afterAll(async () => {
    await index.stop()
    desk.remove()
  })

  const venvs = () => join(desk.home, '.virtualenvs')
  const real = (name: string) => realpathSync(join(venvs(), name))
  const session = (...commands: string[]) =>
    loginSession(
      desk.home,
      `${tools.profile}export VIRTUALENVWRAPPER_VIRTUALENV_CLONE=${tools.bin}/virtualenv-clone`,
      commands,
    )

  it('are listed, told of and entered as any other, each with its own hooks and prompt', async () => {
    const [listed, told, entered, prompt] = await session(
      'lsvirtualenv -b',
      'showvirtualenv p-b',
      'workon p-a; pwd; echo $VIRTUAL_ENV $FROM_HOOK; python -c "import greeting, sys; print(greeting.__version__, sys.prefix)"',
      'echo "$PS1" | tr R r',
    )
    expect(listed?.said).toBe('p-a\np-b\n')
    expect(told?.said).toContain('installs:  requirements.txt\n')
    const tree = join(desk.home, 'apps/p-a/current/tree')
    expect(entered?.said).toBe(`${tree}\n${real('p-a')} yes\n1.0 ${real('p-a')}\n`)
    expect(prompt?.said).toBe('(p-a) rEADY> \n')
  })

  it('are joined by a Python that runs', () => {
    const file = `${venvs()}/p-a/bin/activate_this.py`
    const code = `exec(open("${file}").read(), {"__file__": "${file}"}); import greeting, sys; print(greeting.__version__, sys.prefix)`
    expect(execFileSync(python, ['-c', code], { encoding: 'utf8' })).toBe(`1.0 ${real('p-a')}\n`)
  })

  it('are copied and emptied without harm to the other', async () => {
    const shared = () => contentsOf(join(venvs(), '.venvoy')).filter((line) => line.startsWith('base-'))
    const before = shared()
    expect(before.length).toBeGreaterThan(10)
    const [, copied, , wiped, others] = await session(
      'cpvirtualenv p-a copy >/dev/null 2>&1',
      'python -c "import greeting, sys; print(greeting.__version__, sys.prefix)"; deactivate',
      'rmvirtualenv copy',
      'workon p-a; wipeenv >/dev/null 2>&1; deactivate',
      'workon p-b; python -c "import greeting; print(greeting.__version__)"',
    )
    expect(copied?.said).toBe(`1.0 ${venvs()}/copy\n`)
    expect([wiped?.code, others?.said]).toEqual([0, '1.0\n'])
    expect(differences(before, shared())).toEqual([])
  })
})
