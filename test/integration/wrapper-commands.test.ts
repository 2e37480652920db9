import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { wheels } from '../support/packages.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'
import { findPythons, installTools, type Tools, wrapperVersions } from './virtualenvwrapper.js'
import { loginSession } from './wrapper-session.js'

const python = findPythons().at(0)!.path

/** One story: what whoever logs in does with venvs of venvoy's, told in order. */
describe.each(wrapperVersions('commands'))('in a login bash with virtualenvwrapper %s', (version) => {
  let tools: Tools
  let desk: Desk
  let index: PackageIndex

  beforeAll(async () => {
    tools = await installTools(version)
    index = await startPackageIndex(wheels)
    desk = openDesk()
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', deployYml('export FROM_HOOK=yes'))
    expect((await desk.venvoy('deploy', '--all', '--yes')).code).toBe(0)
  }, 180_000)
  afterAll(async () => {
    await index.stop()
    desk.remove()
  })

  const deployYml = (postactivate: string) => ({
    project: 'p',
    source: 'app',
    hosts: { here: 'local' },
    venv: {
      python,
      index: index.url,
      packages: ['greeting==1.0'],
      hooks: {
        preactivate: 'echo before {{ instance }}',
        postactivate,
        predeactivate: 'echo leaving',
        postdeactivate: ['unset FROM_HOOK', 'echo left'],
      },
    },
    instances: { a: { hosts: ['here'] }, b: { hosts: ['here'] } },
  })
  const venvs = () => join(desk.home, '.virtualenvs')
  const real = (name: string) => realpathSync(join(venvs(), name))
  const tree = (name: string) => join(desk.home, 'apps', name, 'current/tree')
  const session = (...commands: string[]) =>
    loginSession(
      desk.home,
      `${tools.profile}export VIRTUALENVWRAPPER_VIRTUALENV_CLONE=${tools.bin}/virtualenv-clone`,
      commands,
    )
  const codesOf = (answers: { code: number }[]) => answers.map(({ code }) => code)
  const state = async (name: string) => (await desk.venvoy('status', name)).stdout.split('\n')[1]?.split(/ {2,}/)[2]
  const details = (name: string) => {
    const release = `release: {3}1, content [0-9a-f]{7}, deployed \\S+Z by \\S+@\\S+`
    return `instance: {2}${name} of p, in ${desk.home}/apps/p-${name}\n${release}\ninstalls: {2}greeting==1.0\nbuilt: {5}\\S+Z, Python 3\\.\\S+\n`
  }

  it('lsvirtualenv lists them with what venvoy knows, showvirtualenv tells of one', async () => {
    const [brief, long, show, none] = await session(
      'lsvirtualenv -b',
      'lsvirtualenv -l',
      'showvirtualenv p-b',
      'workon',
    )
    expect(brief?.said).toBe('p-a\np-b\n')
    expect(long?.said).toMatch(new RegExp(`^p-a\n===\n${details('a')}\n\np-b\n===\n${details('b')}\n\n$`))
    expect(show?.said).toMatch(new RegExp(`^${details('b')}\n$`))
    expect([none?.said, none?.code]).toEqual(['p-a\np-b\n', 1])
  })

  it('workon enters one with its hooks, in its release, with its prompt; deactivate leaves it', async () => {
    const [entered, where, prompt, shown, left, after] = await session(
      'workon p-a',
      'pwd; echo "$VIRTUAL_ENV $FROM_HOOK"; python hello.py; python -c "import greeting; print(greeting.__version__)"',
      'echo "$PS1" | tr R r',
      'showvirtualenv',
      'deactivate',
      'echo "[$VIRTUAL_ENV][$FROM_HOOK]"; workon -n p-b; cd /; workon -c p-b; pwd',
    )
    expect(entered).toEqual({ said: 'before a\n', code: 0 })
    expect(where?.said).toBe(`${tree('p-a')}\n${real('p-a')} yes\nhello\n1.0\n`)
    expect(prompt?.said).toBe('(p-a) rEADY> \n')
    expect(shown?.said).toMatch(new RegExp(`^${details('a')}\n$`))
    expect(left).toEqual({ said: 'leaving\nleft\n', code: 0 })
    expect(after?.said).toBe(`[][]\nbefore b\nleaving\nleft\nbefore b\n${tree('p-b')}\n`)
  })

  it('cdproject, cdvirtualenv, cdsitepackages, lssitepackages and allvirtualenv go where they should', async () => {
    const answers = await session(
      'workon p-a >/dev/null; cd',
      'cdproject; pwd',
      'cdvirtualenv; pwd; cdvirtualenv bin; pwd',
      'cdsitepackages; pwd',
      'lssitepackages | grep greeting',
      'deactivate >/dev/null; allvirtualenv python -c "import greeting, os; print(os.getcwd(), greeting.__version__)"',
    )
    expect(codesOf(answers)).toEqual([0, 0, 0, 0, 0, 0])
    const [, project, venv, packages, listed, all] = answers.map(({ said }) => said)
    expect(project).toBe(`${tree('p-a')}\n`)
    expect(venv).toBe(`${real('p-a')}\n${real('p-a')}/bin\n`)
    expect(packages).toMatch(new RegExp(`^${real('p-a')}/lib/python3\\.\\d+/site-packages\n$`))
    expect(listed).toBe('greeting-1.0.dist-info\ngreeting.py\n')
    expect(all).toBe(`p-a\n===\n${real('p-a')} 1.0\n\np-b\n===\n${real('p-b')} 1.0\n\n`)
  })

  it('mkvirtualenv and mkproject beside them are their own', async () => {
    const before = contentsOf(join(venvs(), '.venvoy'))
    const answers = await session(
      'mkvirtualenv own >/dev/null 2>&1',
      'echo "$VIRTUAL_ENV"; deactivate',
      `export PROJECT_HOME=$HOME/projects; mkdir -p $PROJECT_HOME`,
      'mkproject -f more >/dev/null 2>&1; pwd; deactivate',
      'lsvirtualenv -b',
      'rmvirtualenv own more >/dev/null; lsvirtualenv -b',
    )
    expect(codesOf(answers)).toEqual([0, 0, 0, 0, 0, 0])
    const [, own, , more, listed, left] = answers.map(({ said }) => said)
    expect([own, more]).toEqual([`${venvs()}/own\n`, `${desk.home}/projects/more\n`])
    expect([listed, left]).toEqual(['more\nown\np-a\np-b\n', 'p-a\np-b\n'])
    expect(differences(before, contentsOf(join(venvs(), '.venvoy')))).toEqual([])
    expect(await state('a')).toBe('serving')
  })

  it('cpvirtualenv makes a copy that stands by itself, and leaves the venv as it was', async () => {
    const before = contentsOf(join(venvs(), '.venvoy'))
    const answers = await session(
      'cpvirtualenv p-a copy >/dev/null 2>&1',
      'echo "$VIRTUAL_ENV"; python -c "import greeting; print(greeting.__file__)"; deactivate >/dev/null',
      'showvirtualenv copy',
      'cpvirtualenv p-a p-b',
    )
    const [copied, inside, shown, refused] = answers
    expect([copied?.code, refused]).toEqual([0, { said: 'p-b virtualenv already exists.\n', code: 1 }])
    expect(inside?.said).toMatch(new RegExp(`^${venvs()}/copy\n${venvs()}/copy/lib/.*/greeting\\.py\n$`))
    expect(shown?.said).toBe('a copy of the venv of a of p\n\n')
    expect(differences(before, contentsOf(join(venvs(), '.venvoy')))).toEqual([])
    expect((await desk.venvoy('venv', 'list')).stdout).toMatch(/^here +copy +3\.\S+ +hand$/m)
    await session('rmvirtualenv copy')
    expect(existsSync(join(venvs(), 'copy'))).toBe(false)
  })

  it('rmvirtualenv takes the link only; status says so, and a deploy puts it back', async () => {
    const target = real('p-a')
    const [removed, listed] = await session('rmvirtualenv p-a', 'lsvirtualenv -b')
    expect([removed, listed?.said]).toEqual([{ said: 'Removing p-a...\n', code: 0 }, 'p-b\n'])
    expect(existsSync(join(target, 'bin/python'))).toBe(true)
    expect(await state('a')).toBe('serving; the link for workon is gone')
    expect((await desk.venvoy('venv', 'list')).stdout).toMatch(/^here +p-a +the link for workon is gone$/m)
    expect((await desk.venvoy('deploy', 'a')).stderr).toMatch(
      /^a@here: link ~\/\.virtualenvs\/p-a …\na@here: changed\n1 changed in [^\n]+\n$/,
    )
    expect([real('p-a'), await state('a')]).toEqual([target, 'serving'])
  })

  it('rmvirtualenv of the active one is not refused, as of any link, and takes no more than the link', async () => {
    const target = real('p-a')
    const answers = await session('workon p-a >/dev/null; rmvirtualenv p-a', 'python hello.py; deactivate')
    expect(answers.map(({ said }) => said)).toEqual(['Removing p-a...\n', 'hello\nleaving\n'])
    expect(existsSync(join(target, 'bin/python'))).toBe(true)
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
  })

  it('a venv made by hand in its place is somebody’s: said, and never touched', async () => {
    await session('rmvirtualenv p-a; mkvirtualenv p-a')
    expect(await state('a')).toBe("serving; workon finds a folder of somebody's")
    const made = contentsOf(join(venvs(), 'p-a'))
    const { code, stderr } = await desk.venvoy('deploy', 'a')
    expect([code, stderr]).toEqual([1, expect.stringContaining("~/.virtualenvs/p-a exists and is not venvoy's")])
    expect(differences(made, contentsOf(join(venvs(), 'p-a')))).toEqual([])
    await session('rmvirtualenv p-a')
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    expect(lstatSync(join(venvs(), 'p-a')).isSymbolicLink()).toBe(true)
  })

  it.skipIf(findPythons().length < 2)(
    'mkvirtualenv over a venv of venvoy’s puts another Python in: said, and the next deploy builds a new one',
    async () => {
      const other = findPythons()[1]!.path
      const target = real('p-a')
      await session(`mkvirtualenv -p ${other} p-a >/dev/null 2>&1; deactivate`)
      expect(await state('a')).toBe('the interpreter of its venv changed or is gone')
      expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
      expect([await state('a'), real('p-a') === target]).toEqual(['serving', false])
    },
  )

  it('add2virtualenv, toggleglobalsitepackages and setvirtualenvproject work in a venv', async () => {
    mkdirSync(join(desk.home, 'extra'))
    const answers = await session(
      'workon p-b >/dev/null; add2virtualenv ~/extra; add2virtualenv',
      'python -c "import sys; print(sys.path.index(\'$HOME/extra\') > 0)"',
      'add2virtualenv -d ~/extra; python -c "import sys; print(\'$HOME/extra\' in sys.path)"',
      version === '4.8.4' ? 'toggleglobalsitepackages; toggleglobalsitepackages' : 'true',
      'setvirtualenvproject p-b ~/extra; deactivate; workon p-b >/dev/null; pwd',
    )
    const [added, found, gone, toggled, project] = answers.map(({ said }) => said)
    expect([added, found, gone]).toEqual([expect.stringContaining(`${desk.home}/extra\n`), 'True\n', 'False\n'])
    if (version === '4.8.4') expect(toggled).toBe('Disabled global site-packages\nEnabled global site-packages\n')
    expect(project?.split('\n').slice(-2)).toEqual([`${desk.home}/extra`, ''])
  })

  it('keeps what a person wrote, and says so, when deploy.yml says otherwise', async () => {
    desk.write('deploy.yml', deployYml('export FROM_HOOK=other'))
    const { stderr } = await desk.venvoy('deploy', '--all', '--yes')
    expect(stderr).toContain('write the hooks and details of venv p-a …\n')
    expect((await desk.venvoy('plan', 'b')).stdout).toBe('b@here: nothing to do\n')
    expect((await desk.venvoy('deploy', 'b')).stderr).toContain(
      `b: ${real('p-b')}/.project is somebody's own and stays; where it is removed, the next deploy writes its own\n`,
    )
    expect(readFileSync(join(real('p-b'), '.project'), 'utf8').trim()).toBe(`${desk.home}/extra`)
    rmSync(join(real('p-b'), '.project'))
    await desk.venvoy('deploy', 'b')
    const [entered] = await session('workon p-b >/dev/null; pwd; echo $FROM_HOOK')
    expect(entered?.said).toBe(`${tree('p-b')}\nother\n`)
  })

  it('wipeenv empties one venv; the other instance keeps its packages', async () => {
    const [wiped, frozen] = await session('workon p-b >/dev/null; wipeenv', 'pip freeze')
    expect(wiped?.said).toContain('Successfully uninstalled greeting-1.0')
    expect(frozen?.said).toBe('')
    expect((await desk.venvoy('venv', 'freeze', 'a')).stdout).toBe('greeting==1.0\n')
  })

  it('what was deleted below is said, and the next deploy builds it again', async () => {
    rmSync(real('p-b'), { recursive: true })
    expect(await state('b')).toBe('its venv is gone or has no receipt')
    expect((await desk.venvoy('venv', 'list')).stdout).toMatch(/^here +p-b +venvoy +leads nowhere +\S+$/m)
    const [listed] = await session('lsvirtualenv -b')
    expect(listed?.said).toBe('p-a\n')
    expect((await desk.venvoy('deploy', 'b')).code).toBe(0)
    rmSync(join(real('p-b'), '.venvoy.json'))
    expect(await state('b')).toBe('its venv is gone or has no receipt')
    expect((await desk.venvoy('deploy', 'b')).code).toBe(0)
    rmSync(join(real('p-b'), 'bin/python'))
    expect(await state('b')).toBe('the interpreter of its venv changed or is gone')
    expect((await desk.venvoy('venv', 'list')).stdout).toMatch(/^here +p-b +3\.\S+ +venvoy +its Python is gone +\S+$/m)
    expect((await desk.venvoy('deploy', 'b')).code).toBe(0)
    expect([await state('b'), readlinkSync(join(venvs(), 'p-b'))]).toEqual([
      'serving',
      join(desk.home, 'apps/p-b/current/venv'),
    ])
    const [working] = await session('workon p-b >/dev/null; python -c "import greeting; print(greeting.__version__)"')
    expect(working?.said).toBe('1.0\n')
    // It builds three venvs.
  }, 120_000)
})
