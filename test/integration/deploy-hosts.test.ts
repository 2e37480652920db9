import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'

const currentOf = (host: TestHost, instance: string): string | undefined => {
  const link = join(host.home, 'apps', instance, 'current')
  return existsSync(link) ? readlinkSync(link) : undefined
}

describe('an instance on two hosts', () => {
  let hosts: TestHost[]
  let desk: Desk

  beforeAll(async () => {
    desk = openDesk()
    hosts = await Promise.all([startHost('sshd', { login: 'bash' }), startHost('embedded', { login: 'dash' })])
    desk.write('app/hello.py', 'print("one")\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(hosts[0]!), web2: desk.know(hosts[1]!) },
      instances: { main: { hosts: ['web1', 'web2'] } },
      deploy: {
        before_switch: [
          { run: 'touch "$HOME/once"', once: true },
          { title: 'can it?', run: 'test ! -e "$HOME/broken"' },
        ],
        after_switch: ['cat hello.py >"$HOME/serves"'],
      },
    })
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all(hosts.map((host) => host.stop()))
  })

  it('is switched on both', async () => {
    const said = await desk.venvoy('deploy')
    expect([said.code, desk.mask(said.stderr).split('\n').slice(-2)]).toEqual([0, ['2 changed in TIME', '']])
    expect(hosts.map((host) => currentOf(host, 'p-main'))).toEqual(['releases/1', 'releases/1'])
    expect(hosts.map(({ home }) => existsSync(join(home, 'once')))).toEqual([true, false])
  })

  it('is switched on neither when one of them cannot be prepared', async () => {
    desk.write('app/hello.py', 'print("two")\n')
    execFileSync('touch', [join(hosts[1]!.home, 'broken')])
    const { code, stderr } = await desk.venvoy('deploy')
    expect([code, outcomes(desk.mask(stderr))]).toEqual([
      1,
      [
        'main on web1: prepared, but not switched, because web2 could not be prepared',
        '  try: mend web2, and run it again: what is prepared here is not built twice',
        'main@web1: skipped',
        'main on web2: can it?: exited with 1',
        '  ran: test ! -e "$HOME/broken"',
        '  try: venvoy deploy -i main -H web2',
        '1 skipped, 1 failed in TIME',
        '  main@web2: can it?: exited with 1',
        'repeat: venvoy deploy',
      ].sort(),
    ])
    expect(hosts.map((host) => currentOf(host, 'p-main'))).toEqual(['releases/1', 'releases/1'])
    expect(hosts.map(({ home }) => readFileSync(join(home, 'serves'), 'utf8'))).toEqual(Array(2).fill('print("one")\n'))
  })

  it('is switched on neither when one of them cannot be reached', async () => {
    const { code, stderr } = await desk.venvoy('deploy', '--set', 'hosts.web2.port=1')
    expect([code, stderr]).toEqual([3, expect.stringContaining('web2: 127.0.0.1:1 refuses the connection\n')])
    expect(stderr).toContain('main on web1: prepared, but not switched, because web2 could not be prepared\n')
    expect(hosts.map((host) => currentOf(host, 'p-main'))).toEqual(['releases/1', 'releases/1'])
  })

  it('is switched on both once that is mended', async () => {
    execFileSync('rm', [join(hosts[1]!.home, 'broken')])
    expect((await desk.venvoy('deploy')).code).toBe(0)
    expect(hosts.map(({ home }) => readFileSync(join(home, 'serves'), 'utf8'))).toEqual(Array(2).fill('print("two")\n'))
    expect((await desk.venvoy('deploy')).stderr).toContain('2 unchanged in ')
  })
})

/** What is said of the end, line by line, in the order of the alphabet: the hosts end in any order. */
const outcomes = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith(' …') && !/^main@web\d: (?!skipped)/.test(line))
    .sort()

describe('two instances on two hosts', () => {
  it('do not wait for one another when one of them cannot be planned on one of the hosts', async () => {
    const desk = openDesk()
    const hosts = await Promise.all([startHost('embedded'), startHost('embedded')])
    try {
      const [web1, web2] = hosts.map((host) => desk.know(host))
      const both = { hosts: ['web1', 'web2'] }
      desk.write('app/hello.py', '')
      desk.write('deploy.yml', {
        project: 'p',
        source: 'app',
        hosts: { web1, web2 },
        instances: { bad: both, good: both },
      })
      for (const name of ['current', '.venvoy'])
        mkdirSync(join(hosts[0]!.home, 'apps/p-bad', name), { recursive: true })
      const { code, stderr } = await desk.venvoy('deploy', '--all', '--yes')
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('bad on web2: prepared, but not switched, because web1 could not be prepared'),
      ])
      expect(hosts.map((host) => currentOf(host, 'p-good'))).toEqual(['releases/1', 'releases/1'])
      expect(currentOf(hosts[1]!, 'p-bad')).toBeUndefined()
    } finally {
      desk.remove()
      await Promise.all(hosts.map((host) => host.stop()))
    }
  })
})

describe('a deploy from git', () => {
  let host: TestHost
  let desk: Desk
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], {
      cwd: join(desk.project, 'code'),
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: desk.home, GIT_CONFIG_GLOBAL: '/dev/null' },
    }).trim()
  const hello = async () => (await desk.venvoy('exec', '-i', 'main', '--', 'python hello.py')).stdout
  const commits: string[] = []

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost('sshd', { login: 'dash' })
    for (const number of [1, 2]) {
      desk.write('code/hello.py', `print(${number})\n`)
      if (number === 1) git('init', '-q', '-b', 'main')
      git('add', '.')
      git('commit', '-q', '-m', `number ${number}`)
      git('tag', `v${number}`)
      commits.push(git('rev-parse', '--short=7', 'HEAD'))
    }
    desk.write('code/untracked.py', '')
    desk.write('deploy.yml', {
      project: 'p',
      source: { git: join(desk.project, 'code'), ref: 'v1' },
      hosts: { web1: desk.know(host) },
      instances: { main: { hosts: ['web1'] } },
    })
  })
  afterAll(async () => {
    desk.remove()
    await host.stop()
  })

  it('takes the ref of the file, or that of the command line', async () => {
    expect((await desk.venvoy('deploy')).code).toBe(0)
    expect(await hello()).toBe('1\n')
    expect((await desk.venvoy('deploy', '--ref', 'main')).code).toBe(0)
    expect(await hello()).toBe('2\n')
    const { stdout } = await desk.venvoy('status')
    expect(stdout).toContain(commits[1])
    expect(existsSync(join(host.home, 'apps/p-main/current/tree/untracked.py'))).toBe(false)
  })

  it('says in the plan which commits would come, and changes nothing', async () => {
    const before = contentsOf(host.home)
    const plan = await desk.venvoy('plan')
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining(`release 2 is main (${commits[1]})`)])
    expect(differences(before, contentsOf(host.home))).toEqual([])
  })

  it('a ref that is not there is an error before any host is asked', async () => {
    const said = await desk.venvoy('deploy', '--ref', 'v3')
    expect({ ...said, stderr: desk.mask(said.stderr) }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'source DESK/project/code: there is no branch, tag or commit v3 (did you mean v1?)\n' +
        '  try: git push   (it may be in your own clone only)\n',
    })
  })
})
