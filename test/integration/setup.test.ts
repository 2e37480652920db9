import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk, type Said } from '../support/project.js'
import { findPythons, installTools, type Tools, wrapperVersions } from './virtualenvwrapper.js'
import { loginSession } from './wrapper-session.js'

const folder = mkdtempSync(join(tmpdir(), 'venvoy-setup-'))
const stubs = join(folder, 'stubs')
const python = findPythons()[0]!.path

/** Whoever runs these tests may be root: no package of the machine's is ever touched. */
const noPackages = '#!/bin/sh\necho "$0 $*" >>"$HOME/called"\nexit 9\n'

beforeAll(() => {
  mkdirSync(stubs)
  for (const name of ['apt-get', 'sudo']) writeFileSync(join(stubs, name), noPackages, { mode: 0o755 })
  symlinkSync(python, join(stubs, 'python3'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hasPackage = existsSync('/usr/share/virtualenvwrapper')

describe.each(wrapperVersions('setup'))('setup where virtualenvwrapper %s is on the PATH of a login', (version) => {
  let tools: Tools
  let desk: Desk
  let profile: string
  let before: Buffer

  beforeAll(async () => {
    tools = await installTools(version)
  }, 120_000)
  beforeEach(() => {
    desk = openDesk()
    profile = join(desk.home, '.profile')
    writeFileSync(profile, `PATH=${tools.bin}:$PATH\nexport MINE=1`)
    before = readFileSync(profile)
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { here: 'local' },
      venv: { home: '~/Envs', project_home: '~/projects' },
      instances: { a: { hosts: ['here'] } },
    })
    return () => desk.remove()
  })

  const setup = (...args: string[]): Promise<Said> =>
    desk.start(['setup', ...args], { env: { PATH: `${stubs}:/usr/bin:/bin`, TMPDIR: desk.home } }).end
  const said = ({ code, stdout, stderr }: Said) => ({ code, stdout, stderr: desk.mask(stderr) })

  it('shows its plan, asks, writes, has nothing more to do, and leaves no trace', async () => {
    const dry = await setup('--dry-run')
    const lines = desk.mask(dry.stdout).split('\n')
    expect([dry.code, ...lines]).toEqual([
      0,
      'here: 2 steps',
      '  ~ write a block into DESK/home/.profile',
      '    + export WORKON_HOME="$HOME"/Envs',
      '    + export PROJECT_HOME="$HOME"/projects',
      expect.stringMatching(/^ {4}\+ export VIRTUALENVWRAPPER_PYTHON=.*\/python3?$/),
      expect.stringMatching(/^ {4}\+ export VIRTUALENVWRAPPER_VIRTUALENV=.*\/virtualenv$/),
      expect.stringMatching(/^ {4}\+ export VIRTUALENVWRAPPER_VIRTUALENV_CLONE=.*\/virtualenv-clone$/),
      expect.stringMatching(/^ {4}\+ if \[ -n .* \]; then$/),
      expect.stringMatching(/^ {4}\+ {3}\. .*\/virtualenvwrapper\.sh$/),
      '    + fi',
      '  ~ see whether a login bash has workon',
      '',
    ])
    expect(await setup()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the plan for here was not confirmed\n  try: add --yes\n'),
    })
    expect(readFileSync(profile)).toEqual(before)
    expect(said(await setup('--yes'))).toMatchObject({
      code: 0,
      stderr:
        'here: write a block into DESK/home/.profile …\nhere: see whether a login bash has workon …\nhere: changed\n',
    })
    const once = readFileSync(profile)
    expect(said(await setup('here'))).toEqual({ code: 0, stdout: '', stderr: 'here: unchanged\n1 unchanged in TIME\n' })
    expect([readFileSync(profile), existsSync(join(desk.home, 'called'))]).toEqual([once, false])
    expect(said(await setup('--remove', '--yes'))).toMatchObject({ code: 0 })
    expect(readFileSync(profile)).toEqual(before)
    expect(said(await setup('--remove'))).toEqual({
      code: 0,
      stdout: '',
      stderr: 'here: unchanged\n1 unchanged in TIME\n',
    })
  })

  it('gives a login what deploy.yml says, and follows it', async () => {
    await setup('--yes')
    const text = readFileSync(profile, 'utf8')
    const homes = async () => {
      const [answer] = await loginSession(desk.home, text === '' ? '' : readFileSync(profile, 'utf8'), [
        'echo "$WORKON_HOME $PROJECT_HOME"; lsvirtualenv -b; echo "$MINE"',
      ])
      return answer
    }
    expect(await homes()).toEqual({ said: `${desk.home}/Envs ${desk.home}/projects\n1\n`, code: 0 })
    writeFileSync(profile, text)
    expect((await setup('--yes', '--home', '~/.virtualenvs')).code).toBe(0)
    expect(await homes()).toEqual({ said: `${desk.home}/.virtualenvs ${desk.home}/projects\n1\n`, code: 0 })
  })

  it('goes into the file that bash reads', async () => {
    writeFileSync(join(desk.home, '.bash_profile'), '. ~/.profile\n')
    expect((await setup('--yes')).code).toBe(0)
    expect([readFileSync(profile), readFileSync(join(desk.home, '.bash_profile'), 'utf8')]).toEqual([
      before,
      expect.stringMatching(/^\. ~\/\.profile\n# >>> venvoy setup >>>\nexport WORKON_HOME=/),
    ])
  })

  it('leaves a person’s own lines alone where they do it already', async () => {
    writeFileSync(profile, `${tools.profile}export WORKON_HOME=~/Envs PROJECT_HOME=~/projects\n`)
    expect(said(await setup())).toEqual({ code: 0, stdout: '', stderr: 'here: unchanged\n1 unchanged in TIME\n' })
  })

  it('fails, and says why, where the file ends before the block', async () => {
    writeFileSync(profile, `PATH=${tools.bin}:$PATH\nreturn\n`)
    const { code, stderr } = await setup('--yes')
    expect(code).toBe(1)
    expect(stderr).toContain('has the block, but a login bash has no workon: something in front of it ends or returns')
    expect((await setup('--yes')).stderr).toContain(
      '.profile has the block of venvoy, but a login bash does not have what it says',
    )
  })
})

describe.skipIf(hasPackage)('setup where virtualenvwrapper is missing', () => {
  let desk: Desk
  beforeEach(() => {
    desk = openDesk()
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { here: 'local' },
      instances: { a: { hosts: ['here'] }, b: { hosts: ['here'] } },
    })
    return () => desk.remove()
  })
  const setup = (...args: string[]): Promise<Said> =>
    desk.start(['setup', ...args], { env: { PATH: `${stubs}:/usr/bin:/bin`, TMPDIR: desk.home } }).end

  it('asks apt for it, and writes nothing where that fails', async () => {
    const { code, stderr } = await setup('--yes')
    const isRoot = process.getuid?.() === 0
    expect([code, stderr]).toEqual(
      isRoot
        ? [1, expect.stringContaining('install virtualenvwrapper')]
        : [1, expect.stringContaining('install virtualenvwrapper')],
    )
    if (isRoot)
      expect(readFileSync(join(desk.home, 'called'), 'utf8').split('\n')).toContain(
        `${stubs}/apt-get install --yes virtualenvwrapper`,
      )
    expect(existsSync(join(desk.home, '.profile'))).toBe(false)
  })

  it('has pip install it for the user, from the real index', async () => {
    expect(await setup('--with', 'pip', '--yes')).toMatchObject({ code: 0 })
    const [answer] = await loginSession(desk.home, readFileSync(join(desk.home, '.profile'), 'utf8'), [
      'mkvirtualenv own >/dev/null 2>&1; lsvirtualenv -b',
    ])
    expect(answer).toEqual({ said: 'own\n', code: 0 })
  }, 120_000)

  it('wants to know which folder, where the file has several', async () => {
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { here: 'local' },
      instances: { a: { hosts: ['here'] }, b: { hosts: ['here'], venv: { home: '~/Envs' } } },
    })
    expect(await setup()).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'here: its venvs are in several folders, and a login shell has one WORKON_HOME',
        '  ~/.virtualenvs',
        '  ~/Envs',
        '  try: venvoy setup here --home ~/.virtualenvs',
        '',
      ].join('\n'),
    })
  })

  it('needs no deploy.yml', async () => {
    rmSync(join(desk.project, 'deploy.yml'))
    const { code, stdout } = await setup('-H', 'local', '--dry-run', '--home', '~/Envs')
    expect([code, stdout]).toEqual([0, expect.stringContaining('+ export WORKON_HOME="$HOME"/Envs\n')])
  })
})
