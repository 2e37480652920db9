import { mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { hostKindsFor, startHost, type TestHost } from '../support/hosts.js'
import { sayVersion, wheels } from '../support/packages.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe.each(hostKindsFor('two instances'))('two instances on %s', (kind) => {
  let host: TestHost
  let desk: Desk
  let index: PackageIndex
  let log: string

  beforeAll(async () => {
    desk = openDesk()
    log = join(desk.folder, 'started')
    mkdirSync(log)
    index = await startPackageIndex(wheels)
    // The loader of programs notes everything that is started.
    host = await startHost(kind, { env: { LD_DEBUG: 'files', LD_DEBUG_OUTPUT: join(log, 'ld') } })
    desk.write('app/hello.py', 'import greeting; print(greeting.__version__)\n')
    desk.write('app/requirements.txt', '')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      venv: { index: index.url },
      instances: {
        a: { hosts: ['web1'], port: 8001, venv: { packages: ['greeting==1.0'] } },
        b: { hosts: ['web1'], port: 8002, venv: { packages: ['greeting==2.0'] } },
      },
      tasks: {
        hello: { desc: 'Which version?', run: 'python hello.py' },
        both: {
          on: 'hosts',
          run: [
            { prefix: 'workon p-a', run: sayVersion },
            { prefix: 'workon p-b', run: sayVersion },
          ],
        },
      },
    })
    desk.write(
      'tasks/ask.ts',
      `import { task } from 'venvoy'
export const ask = task('Asks each venv', async (c) => {
  const versions: string[] = []
  for (const name of ['p-a', 'p-b'])
    await c.prefix(\`workon \${name}\`, async (c) => {
      versions.push((await c.run('python hello.py', { title: name })).stdout.trim())
    })
  await c.env({ VERSIONS: versions.join(' and ') }, (c) => c.run('echo "$VERSIONS" >"$HOME/versions"; pwd'))
})
`,
    )
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all([host.stop(), index.stop()])
  })

  const venvOf = (name: string) => realpathSync(join(host.home, '.virtualenvs', name))
  const pythonsStarted = (): string[] =>
    readdirSync(log).flatMap((name) => {
      // `1234:	initialize program: /usr/bin/python3`
      const program = /initialize program: (.*)/.exec(readFileSync(join(log, name), 'utf8'))?.[1] ?? ''
      return /python/.test(program) ? [program] : []
    })
  const forget = () => {
    for (const name of readdirSync(log)) rmSync(join(log, name))
  }

  it('--dry-run and plan say what a deploy does, and leave the host as it was', async () => {
    const before = contentsOf(host.home)
    const plan = await desk.venvoy('plan')
    const dry = await desk.venvoy('deploy', '--all', '--yes', '--dry-run')
    expect([plan.code, dry.code, dry.stdout]).toEqual([0, 0, plan.stdout])
    expect(differences(before, contentsOf(host.home))).toEqual([])
    // `+ make release 1: content 0123456`
    const planned = [...plan.stdout.matchAll(/^ {2}[+~-] (.*)$/gm)].map(([, title]) => title)
    const done = await desk.venvoy('deploy', '--all', '--yes')
    // `a@web1: make release 1: content 0123456 …`
    const steps = [...done.stderr.matchAll(/^(?:[ab]@)?web1: (.*) …$/gm)].map(([, title]) => title)
    expect([...new Set(planned)].sort()).toEqual([...new Set(steps)].sort())
    expect([done.code, desk.mask(done.stderr).split('\n').slice(-4)]).toEqual([
      0,
      ['a@web1: changed', 'b@web1: changed', '2 changed in TIME', ''],
    ])
  })

  it('each has its own venv', async () => {
    const said = await desk.venvoy('exec', '-i', 'a', '-i', 'b', '--', sayVersion)
    expect([said.code, said.stdout.split('\n').sort()]).toEqual([
      0,
      ['', `a@web1 | 1.0 ${venvOf('p-a')}`, `b@web1 | 2.0 ${venvOf('p-b')}`],
    ])
    const context = await desk.venvoy('exec', '-i', 'b', '--', 'echo $VENVOY_INSTANCE $PORT; pwd -P')
    expect(context.stdout).toBe(`b 8002\n${realpathSync(join(host.home, 'apps/p-b/current/tree'))}\n`)
    expect((await desk.venvoy('run', 'both')).stdout).toBe(`1.0 ${venvOf('p-a')}\n2.0 ${venvOf('p-b')}\n`)
    expect((await desk.venvoy('run', '-i', 'b', 'hello')).stdout).toBe('2.0\n')
  })

  it('a task in code goes from venv to venv', async () => {
    const said = await desk.venvoy('run', '-i', 'a', 'ask')
    expect([said.code, said.stdout]).toEqual([0, `1.0\n2.0\n${host.home}/apps/p-a/current/tree\n`])
    expect(readFileSync(join(host.home, 'versions'), 'utf8')).toBe('1.0 and 2.0\n')
  })

  it('the second deploy has nothing to do, starts no Python and writes nothing', async () => {
    expect(pythonsStarted()).not.toEqual([])
    const before = contentsOf(host.home)
    forget()
    const said = await desk.venvoy('deploy', '--all', '--yes')
    expect({ ...said, stderr: desk.mask(said.stderr) }).toEqual({
      code: 0,
      stdout: '',
      stderr: `a@web1: unchanged
b@web1: unchanged
2 unchanged in TIME
`,
    })
    expect(readdirSync(log).length).toBeGreaterThan(0)
    expect(pythonsStarted()).toEqual([])
    expect(differences(before, contentsOf(host.home))).toEqual([])
  })

  it('a deploy of the one leaves the other as it was, byte by byte', async () => {
    const ofB = () => [join(host.home, 'apps/p-b'), venvOf('p-b')].flatMap(contentsOf)
    const before = ofB()
    desk.write('app/hello.py', 'import greeting; print("new", greeting.__version__)\n')
    const said = await desk.venvoy('deploy', 'a', '--set', 'instances.a.venv.packages=["greeting==2.0"]')
    expect(said.code).toBe(0)
    expect(differences(before, ofB())).toEqual([])
    expect(before.length).toBeGreaterThan(100)
    expect((await desk.venvoy('run', 'hello')).stdout.split('\n').sort()).toEqual([
      '',
      'a@web1 | new 2.0',
      'b@web1 | 2.0',
    ])
    expect(readlinkSync(join(host.home, 'apps/p-a/current'))).toBe('releases/2')
  })

  it('status says what serves', async () => {
    const { code, stdout } = await desk.venvoy('status')
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect([code, rows.map((row) => [row[0], row[1], row[2], row[3], row[6]])]).toEqual([
      0,
      [
        ['instance', 'host', 'state', 'release', 'venv'],
        ['a', 'web1', 'serving', '2', 'p-a'],
        ['b', 'web1', 'serving', '1', 'p-b'],
      ],
    ])
  })

  it('a venv that was removed by hand is built again by the next deploy', async () => {
    rmSync(venvOf('p-b'), { recursive: true })
    const broken = await desk.venvoy('exec', '-i', 'b', '--', 'true')
    expect([broken.code, broken.stderr]).toEqual([
      1,
      expect.stringContaining('is a link to what is not there; there are: p-a\n'),
    ])
    const said = await desk.venvoy('deploy', 'b')
    expect(said.code).toBe(0)
    expect((await desk.venvoy('exec', '-i', 'b', '--', sayVersion)).stdout).toBe(`2.0 ${venvOf('p-b')}\n`)
  })
})
