import { describe, expect, it } from 'vitest'
import type { VenvoyError } from '../../src/errors.js'
import type { HostFacts } from '../../src/facts/facts.js'
import type { LoginFacts } from '../../src/facts/login-facts.js'
import { loginBlock } from '../../src/operations/login-block.js'
import { planSetup, planSetupRemoval, type SetupWish } from '../../src/plan/setup.js'
import { render } from '../../src/shell/command.js'
import { emptyContext } from '../../src/shell/context.js'
import { factsOf } from './given.js'

const debian = { path: '/usr/share/virtualenvwrapper/virtualenvwrapper.sh', python: '/usr/bin/python3' }
const wish: SetupWish = { home: '~/.virtualenvs', from: 'apt' }
const file = '/home/ann/.profile'

const loginOf = (login: Partial<LoginFacts> = {}): LoginFacts => ({ file, blocks: {}, hasWorkon: false, ...login })

function hostOf(login: Partial<LoginFacts> = {}, changes: Partial<HostFacts> = {}): HostFacts {
  const { system } = factsOf()
  return factsOf(
    {},
    {
      programs: { 'apt-get': '/usr/bin/apt-get', python3: '/usr/bin/python3', sudo: '/usr/bin/sudo' },
      login: loginOf(login),
      ...changes,
      system: { ...system, ...changes.system },
    },
  )
}

const plan = (facts: HostFacts, changes: Partial<SetupWish> = {}) =>
  planSetup('web1', facts, { ...wish, ...changes }, emptyContext)
const titles = (facts: HostFacts, changes: Partial<SetupWish> = {}) =>
  plan(facts, changes).steps.map(({ title }) => title)
const writing = (path = file) => [`write a block into ${path}`, 'see whether a login bash has workon']

describe('the block of a start-up file', () => {
  it('has WORKON_HOME and reads the script, in the shells that can', () => {
    expect(loginBlock({ home: '~/my venvs' }, debian).split('\n')).toEqual([
      'export WORKON_HOME="$HOME"/\'my venvs\'',
      'export VIRTUALENVWRAPPER_PYTHON=/usr/bin/python3',
      `if [ -n "\${BASH_VERSION:-}\${ZSH_VERSION:-}" ] && [ -r ${debian.path} ]; then`,
      '  . /usr/share/virtualenvwrapper/virtualenvwrapper.sh',
      'fi',
    ])
  })

  it('has PROJECT_HOME and the programs beside the script, where there are such', () => {
    const script = { path: '/home/ann/.local/bin/virtualenvwrapper.sh', programs: '/home/ann/.local/bin' }
    expect(loginBlock({ home: '/srv/venvs', projectHome: '~/projects' }, script).split('\n').slice(0, 4)).toEqual([
      'export WORKON_HOME=/srv/venvs',
      'export PROJECT_HOME="$HOME"/projects',
      'export VIRTUALENVWRAPPER_VIRTUALENV=/home/ann/.local/bin/virtualenv',
      'export VIRTUALENVWRAPPER_VIRTUALENV_CLONE=/home/ann/.local/bin/virtualenv-clone',
    ])
  })
})

describe('the plan of a setup', () => {
  it('installs, writes and looks on a bare host', () => {
    const { steps, notes } = plan(hostOf())
    expect(steps.map(({ title, lines }) => [title, lines])).toEqual([
      ['install virtualenvwrapper', ['sudo apt-get install virtualenvwrapper']],
      [
        `write a block into ${file}`,
        loginBlock(wish, debian)
          .split('\n')
          .map((line) => `+ ${line}`),
      ],
      ['see whether a login bash has workon', []],
    ])
    expect([steps[0]?.context.user, notes]).toEqual(['root', []])
  })

  it.each<[string, HostFacts, Partial<SetupWish>?]>([
    ['workon is there, with the default WORKON_HOME', hostOf({ hasWorkon: true })],
    ['workon is there, with this WORKON_HOME', hostOf({ hasWorkon: true, workonHome: '/home/ann/.virtualenvs' })],
    [
      'PROJECT_HOME is that too',
      hostOf({ hasWorkon: true, projectHome: '/home/ann/projects' }),
      { projectHome: '~/projects' },
    ],
    [
      'it is another folder, and so said',
      hostOf({ hasWorkon: true, workonHome: '/home/ann/Envs' }),
      { home: '~/Envs' },
    ],
  ])('is nothing to do where %s', (_, facts, changes) => {
    expect(titles(facts, changes)).toEqual([])
  })

  it.each<[string, HostFacts, Partial<SetupWish> | undefined, string[]]>([
    ['the script is there', hostOf({ wrapper: debian }), {}, writing()],
    ['WORKON_HOME is another', hostOf({ hasWorkon: true, workonHome: '/srv', wrapper: debian }), {}, writing()],
    ['PROJECT_HOME is missing', hostOf({ hasWorkon: true, wrapper: debian }), { projectHome: '~/p' }, writing()],
    [
      'a .bash_profile came in front of the .profile with the block',
      hostOf({ file: '/home/ann/.bash_profile', blocks: { [file]: 'old' }, wrapper: debian }),
      {},
      [`take the block out of ${file}`, ...writing('/home/ann/.bash_profile')],
    ],
    ['pip is asked for', hostOf(), { from: 'pip' }, ['install virtualenvwrapper for this user', ...writing()]],
    [
      'root logs in, without sudo',
      hostOf({}, { programs: { 'apt-get': '/usr/bin/apt-get' }, system: { ...factsOf().system, uid: 0 } }),
      {},
      ['install virtualenvwrapper', ...writing()],
    ],
  ])('has the steps for a host where %s', (_, facts, changes, expected) => {
    expect(titles(facts, changes)).toEqual(expected)
  })

  it('shows what is replaced', () => {
    const [step] = plan(hostOf({ blocks: { [file]: 'A=1\nB=2' }, wrapper: debian })).steps
    expect(step?.lines.slice(0, 3)).toEqual(['- A=1', '- B=2', '+ export WORKON_HOME="$HOME"/.virtualenvs'])
  })

  it('names the Python that pip installs for', () => {
    const facts = hostOf({}, { programs: { python3: '/opt/python/bin/python3' } })
    const [install, write] = plan(facts, { from: 'pip' }).steps
    expect(render(install!.command, 'shell')).toBe(
      'env PIP_BREAK_SYSTEM_PACKAGES=1 /opt/python/bin/python3 -m pip install --user virtualenvwrapper',
    )
    expect(write?.lines).toContain('+ export VIRTUALENVWRAPPER_PYTHON=/opt/python/bin/python3')
    expect(write?.lines).toContain('+   . /home/ann/.local/bin/virtualenvwrapper.sh')
  })

  it('says that another login shell reads another file', () => {
    const facts = hostOf({}, { system: { ...factsOf().system, shell: '/usr/bin/fish' } })
    expect(plan(facts).notes).toEqual([
      'the login shell is /usr/bin/fish, which does not read what bash reads: type `bash -l` there to have workon',
    ])
  })

  const { login: _, ...withoutBash } = hostOf()
  it.each<[string, HostFacts, string]>([
    [
      'virtualenvwrapper needs bash, and there is none',
      withoutBash,
      'sudo apt-get install bash, or the same with the package manager of the host',
    ],
    [
      'virtualenvwrapper is not there, and neither is apt-get',
      hostOf({}, { programs: {} }),
      'venvoy setup --with pip, or install it by hand and run again',
    ],
    [
      'virtualenvwrapper is not there, and neither is sudo',
      hostOf({}, { programs: { 'apt-get': '/usr/bin/apt-get' } }),
      'venvoy setup --with pip, or as root: apt-get install virtualenvwrapper',
    ],
    [
      `${file} has the block of venvoy, but a login bash does not have what it says`,
      hostOf({ blocks: { [file]: loginBlock(wish, debian) }, wrapper: debian }),
      `log in by hand, and see what ${file} does`,
    ],
  ])('refuses: %s', (what, facts, next) => {
    try {
      plan(facts)
      expect.unreachable()
    } catch (error) {
      expect((error as VenvoyError).failure).toMatchObject({ kind: 'command', where: 'web1', what, next })
    }
  })
})

describe('the plan of a removal', () => {
  it('takes every block out, and nothing else', () => {
    const facts = hostOf({ blocks: { [file]: 'A=1', '/home/ann/.bash_login': 'B=2' } })
    const { steps } = planSetupRemoval('web1', facts, emptyContext)
    expect(steps.map(({ title, lines }) => [title, lines])).toEqual([
      [`take the block out of ${file}`, ['- A=1']],
      ['take the block out of /home/ann/.bash_login', ['- B=2']],
    ])
    expect(planSetupRemoval('web1', hostOf({ hasWorkon: true }), emptyContext).steps).toEqual([])
  })
})
