import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rename, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allFacts } from '../../src/config/facts.js'
import { type InstanceQuestion, noQuestion, type ProbeQuestion, probeScript } from '../../src/facts/probe.js'
import { releaseReceiptOf, treeOf, venvReceiptOf } from '../plan/given.js'
import { type ProbedHome, probedHome, shells } from './probed-home.js'

const tree = treeOf({ 'app.py': '1' })
const about: InstanceQuestion = {
  name: 'staging',
  to: '~/apps/blog staging',
  home: '~/.virtualenvs',
  venvName: 'blog',
  python: '3.11',
  inputs: 'wanted',
}
const ask = (changes: Partial<ProbeQuestion> = {}): ProbeQuestion => ({ ...noQuestion, ...changes })
const askNeeded = (changes: Partial<InstanceQuestion> = {}): ProbeQuestion =>
  ask({ interpreters: 'if-needed', instances: [{ ...about, ...changes }] })

let home: ProbedHome
beforeEach(async () => {
  home = await probedHome()
})
afterEach(() => home.remove())

const json = (value: unknown) => `${JSON.stringify(value)}\n`

async function stampOf(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path)
  return `${ino} ${size} ${Math.floor(mtimeMs / 1000)}`
}

/** A whole venv in WORKON_HOME; its Python is the home's own `python3.11`. */
async function venvAt(
  folder: string,
  changes: { inputs?: string; stamp?: string; more?: object } = {},
): Promise<string> {
  const path = `.virtualenvs/.venvoy/${folder}/blog`
  await home.link(`${path}/bin/python`, join(home.path, 'bin/python3.11'))
  await home.put(`${path}/bin/activate`, '')
  const stamp = changes.stamp ?? (await stampOf(join(home.path, 'bin/python3.11')))
  const python = { path: '/p', real: '/p', version: '3.11.2', stamp }
  const receipt = venvReceiptOf({ name: 'blog', inputs: changes.inputs ?? 'wanted', python })
  const { installed, created, ...head } = receipt
  await home.put(`${path}/.venvoy.json`, json({ ...head, ...changes.more, installed, created }))
  return join(home.path, path)
}

async function serve(venv: string, number = 7): Promise<void> {
  await home.put(`apps/blog staging/releases/${number}/release.json`, json(releaseReceiptOf(tree, { number, venv })))
  await home.link(`apps/blog staging/releases/${number}/venv`, venv)
  await home.link('apps/blog staging/current', `releases/${number}`)
  await home.put('apps/blog staging/.venvoy/generation', '12\n')
}

const started = async (): Promise<string[]> => {
  const text = await readFile(join(home.path, 'started'), 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('the probe under $name', ({ shell }) => {
  it('says where it is, and as whom', async () => {
    const { system } = await home.facts(shell, ask())
    const run = (...args: string[]) => execFileSync(args[0]!, args.slice(1), { encoding: 'utf8' }).trim()
    expect(system).toEqual({
      os: run('uname', '-s'),
      arch: run('uname', '-m'),
      user: 'ann',
      uid: process.getuid?.(),
      home: home.path,
      hostname: run('uname', '-n'),
      shell: '/bin/sh',
      now: expect.any(Number),
    })
    expect(system.now).toBeGreaterThan(1_700_000_000)
  })

  it('finds programs by PATH, and those only that can be run', async () => {
    await home.put('data/git', 'not a program')
    await home.python('tools/git', '1')
    await home.python('more tools/git', '1')
    const PATH = ['data', 'tools', 'more tools'].map((folder) => `${home.path}/${folder}`).join(':')
    const { programs } = await home.facts(shell, ask({ programs: ['git', 'no-such-program'] }), {
      PATH: `${PATH}:/usr/bin:/bin`,
    })
    expect(programs).toEqual({ git: `${home.path}/tools/git` })
  })

  it('says how much is free where a path is or would be', async () => {
    const { free } = await home.facts(shell, ask({ free: ['~/not/there/yet', '/'] }))
    expect(Object.keys(free)).toEqual([`${home.path}/not/there/yet`, '/'])
    expect(Object.values(free).every((bytes) => bytes > 0 && bytes % 1024 === 0)).toBe(true)
  })

  it('says what machine it is, and which Pythons have a name, without starting one', async () => {
    for (const name of ['python3.9', 'python3.11', 'python2.7', 'python3']) await home.python(`bin/${name}`, '3.9.1')
    await home.link('more/python3.11', `${home.path}/bin/python3.11`)
    const PATH = `${home.path}/bin:${home.path}/more:/usr/bin:/bin`
    const { machine, pythons, sudo } = await home.facts(shell, ask({ facts: allFacts }), { PATH })
    const word = (text: string) => /^[a-z]+/.exec(text)?.[0]
    const release = await readFile('/etc/os-release', 'utf8')
    expect([machine?.os, `VERSION_ID="${machine?.osVersion}"`]).toEqual([
      word(release.split('\nID=')[1]!),
      /^VERSION_ID=.*$/m.exec(release)?.[0],
    ])
    expect([machine?.cpus, machine?.memoryMb]).toEqual([availableParallelism(), Math.floor(totalmem() / 1024 / 1024)])
    expect(pythons).toEqual(expect.arrayContaining(['2.7', '3.9', '3.11']))
    expect(pythons).toEqual([...new Set(pythons)])
    expect([sudo, await started()]).toEqual([{ root: expect.any(Boolean) }, []])
  })

  it('asks for no more than is wanted', async () => {
    const facts = await home.facts(shell, ask({ facts: ['user', 'arch'] }))
    expect([facts.machine, facts.pythons, facts.sudo]).toEqual([undefined, undefined, undefined])
  })

  it('finds nothing in an empty home', async () => {
    const facts = await home.facts(shell, ask({ instances: [about], venvHomes: ['~/.virtualenvs'] }))
    expect([facts.instances, facts.venvs, facts.interpreters]).toEqual([
      {
        staging: {
          to: `${home.path}/apps/blog staging`,
          home: `${home.path}/.virtualenvs`,
          generation: 0,
          releases: [],
        },
      },
      [],
      [],
    ])
  })

  it('reads what serves, and starts no Python when that suits', async () => {
    await home.python('bin/python3.11', '3.11.2')
    const venv = await venvAt('aaaa')
    await serve(venv)
    await home.put('apps/blog staging/releases/3/x', '')
    await home.put('apps/blog staging/releases/notes/x', '')
    await home.link('.virtualenvs/blog', `${home.path}/apps/blog staging/current/venv`)
    const PATH = `${home.path}/bin:/usr/bin:/bin`
    const facts = await home.facts(shell, askNeeded(), { PATH })
    const receipt = JSON.parse(await readFile(join(venv, '.venvoy.json'), 'utf8'))
    const built = { path: venv, receipt, sound: true }
    expect(facts.instances.staging).toEqual({
      to: `${home.path}/apps/blog staging`,
      home: `${home.path}/.virtualenvs`,
      generation: 12,
      owner: 'ours',
      releases: [3, 7],
      whole: [7],
      current: releaseReceiptOf(tree, { venv }),
      venv: receipt,
      served: built,
      built: [built],
      homeEntry: `${home.path}/apps/blog staging/current/venv`,
    })
    expect([facts.interpreters, await started()]).toEqual([[], []])
  })

  it('tells of all releases that could serve where that is asked, with their marks', async () => {
    await home.python('bin/python3.11', '3.11.2')
    const venv = await venvAt('aaaa')
    await serve(venv)
    for (const number of [5, 6])
      await home.put(
        `apps/blog staging/releases/${number}/release.json`,
        json(releaseReceiptOf(tree, { number, venv })),
      )
    await home.link('apps/blog staging/releases/6/venv', venv)
    await home.link('apps/blog staging/releases/5/venv', '/gone')
    await home.put('apps/blog staging/releases/4/release.json', 'no receipt')
    await home.put('apps/blog staging/releases/3/tree/x', '')
    await home.put('apps/blog staging/releases/5/failed', '')
    await home.put('apps/blog staging/releases/6/left', '')
    await home.put('apps/blog staging/releases/4/unserved', '')
    const PATH = `${home.path}/bin:/usr/bin:/bin`
    const { instances } = await home.facts(shell, ask({ instances: [{ ...about, kept: true }] }), { PATH })
    const { releases, whole, failed, left, unserved, kept } = instances.staging!
    expect({ releases, whole, failed, left, unserved }).toEqual({
      releases: [3, 4, 5, 6, 7],
      whole: [4, 5, 6, 7],
      failed: [5],
      left: [6],
      unserved: [4],
    })
    expect(kept?.map(({ receipt, venv }) => [receipt.number, venv?.path, venv?.sound])).toEqual([
      [5, undefined, undefined],
      [6, venv, true],
      [7, venv, true],
    ])
    const unasked = await home.facts(shell, ask({ instances: [about] }), { PATH })
    expect([unasked.instances.staging?.kept, await started()]).toEqual([undefined, []])
  })

  it.each([
    ['ours', async () => home.put('apps/blog staging/.venvoy/generation', '1\n')],
    ['foreign', async () => home.put('apps/blog staging/.hidden', '')],
    ['foreign', async () => home.link('apps/blog staging/x', '/nowhere')],
    ['foreign', async () => home.put('apps/blog staging', '')],
    [undefined, async () => mkdir(join(home.path, 'apps/blog staging'), { recursive: true })],
  ] as const)('tells whose the folder is: %s', async (owner, make) => {
    await make()
    expect((await home.facts(shell, ask({ instances: [about] }))).instances.staging?.owner).toBe(owner)
  })

  it('tells what the release that serves was made of where that is another tree, and of two that serve it once', async () => {
    const digest = (letter: string) => letter.repeat(64)
    const rows = [
      `f ${digest('a')} app.py`,
      `x ${digest('b')} bin/a b`,
      `l ${digest('c')} two\nlines`,
      `f ${digest('d')} ü`,
    ]
    for (const name of ['blog staging', 'other']) {
      const release = `apps/${name}/releases/7`
      await home.put(`${release}/release.json`, json(releaseReceiptOf({ ...tree, digest: digest('1') }, { number: 7 })))
      await home.put(`${release}/.venvoy.manifest`, rows.map((row) => `${row}\0`).join(''))
      await home.link(`apps/${name}/current`, 'releases/7')
    }
    const made = new Map([
      ['app.py', 'f aaaaaaaaaaaa'],
      ['bin/a b', 'x bbbbbbbbbbbb'],
      ['two\nlines', 'l cccccccccccc'],
      ['ü', 'f dddddddddddd'],
    ])
    const both = [about, { ...about, name: 'other', to: '~/apps/other' }]
    const told = async (of: string | undefined) => {
      const question = ask({ instances: both.map((each) => ({ ...each, ...(of && { tree: of }) })) })
      const { instances } = await home.facts(shell, question)
      return [instances.staging?.made, instances.other?.made]
    }
    expect(await told(digest('2'))).toEqual([made, made])
    expect(await told(digest('1'))).toEqual([undefined, undefined])
    expect(await told(undefined)).toEqual([undefined, undefined])
    await home.put('apps/other/releases/7/.venvoy.manifest', 'torn')
    await home.put('apps/blog staging/releases/7/.venvoy.manifest', 'torn')
    expect(await told(digest('2'))).toEqual([undefined, undefined])
  })

  it('tells the last lines of the journal where that is asked, and passes over a torn one', async () => {
    const line = (count: number, more = {}) =>
      json({ v: 1, count, when: '2027-01-15T07:00:00Z', how: 'deploy', from: count - 1 || null, to: count, ...more })
    const whole = { revision: 'a * b', venv: '0123', by: 'ann@laptop' }
    const lines = [line(1, whole), line(2, whole), '{"v":1,"cou\n', line(3, { ...whole, run: 'x' }), line(4)]
    await home.put('apps/blog staging/.venvoy/history', lines.join(''))
    const told = async (changes: Partial<InstanceQuestion>) =>
      (await home.facts(shell, ask({ instances: [{ ...about, ...changes }] }))).instances.staging?.switches
    expect((await told({ switches: 4 }))?.map(({ count, run, revision }) => [count, run, revision])).toEqual([
      [2, undefined, 'a * b'],
      [3, 'x', 'a * b'],
    ])
    expect([await told({}), await told({ switches: 5, to: '~/none' })]).toEqual([undefined, undefined])
  })

  it('finds a venv that was built before and suits, without starting a Python', async () => {
    await home.python('bin/python3.11', '3.11.2')
    const [old, suiting] = [await venvAt('aaaa', { inputs: 'old' }), await venvAt('bbbb')]
    await serve(old)
    const facts = await home.facts(shell, askNeeded(), { PATH: `${home.path}/bin:/usr/bin:/bin` })
    expect(facts.instances.staging?.built?.map(({ path, sound }) => [path, sound])).toEqual([
      [old, true],
      [suiting, true],
    ])
    expect(await started()).toEqual([])
  })

  it.each([
    { name: 'its inputs are others', venv: { inputs: 'old' }, sound: true },
    { name: 'its interpreter is another', venv: { stamp: '1 2 3' }, sound: false },
  ])('looks for an interpreter when a venv serves but $name', async ({ venv, sound }) => {
    await home.python('bin/python3.11', '3.11.2')
    await serve(await venvAt('aaaa', venv))
    const facts = await home.facts(shell, askNeeded(), { PATH: `${home.path}/bin:/usr/bin:/bin` })
    expect(facts.instances.staging?.served?.sound).toBe(sound)
    expect(facts.interpreters.map(({ path }) => path)).toEqual([`${home.path}/bin/python3.11`])
    expect(await started()).toEqual([`${home.path}/bin/python3.11`])
  })

  it('counts a thin venv only with its base', async () => {
    await home.python('bin/python3.11', '3.11.2')
    const base = `${home.path}/.virtualenvs/.venvoy/base-aaaa`
    await serve(await venvAt('aaaa', { more: { base, content: 'c', lockfile: 'pylock.toml' } }))
    const PATH = `${home.path}/bin:/usr/bin:/bin`
    const bare = await home.facts(shell, askNeeded(), { PATH })
    await home.python('.virtualenvs/.venvoy/base-aaaa/bin/python', '3.11.2')
    const stamp = await stampOf(`${base}/bin/python`)
    await home.put(
      '.virtualenvs/.venvoy/base-aaaa/.venvoy.json',
      `{"v":1,"python":{"stamp":"${stamp}"},"content":"c"}\n`,
    )
    const whole = await home.facts(shell, askNeeded(), { PATH })
    const others = await home.facts(shell, askNeeded({ inputs: 'others' }), { PATH })
    const told = [bare, whole, others].map(({ instances: { staging } }) => [staging?.served?.sound, staging?.bases])
    expect(told).toEqual([
      [false, undefined],
      [true, undefined],
      [true, [base]],
    ])
  })

  it('does not count a venv whose interpreter is gone', async () => {
    await home.python('bin/python3.11', '3.11.2')
    await serve(await venvAt('aaaa'))
    await rename(join(home.path, 'bin/python3.11'), join(home.path, 'bin/away'))
    const { instances } = await home.facts(shell, ask({ instances: [about] }))
    expect([instances.staging?.served?.sound, instances.staging?.venv]).toEqual([false, undefined])
  })

  it.each([
    ['a folder', 'is a folder, not a link', async () => home.put('apps/blog staging/current/x', '')],
    ['a file', 'is a file, not a link', async () => home.put('apps/blog staging/current', '')],
    [
      'a dangling link',
      'is a link that leads nowhere',
      async () => home.link('apps/blog staging/current', 'releases/9'),
    ],
    ['a link elsewhere', 'leads to /', async () => home.link('apps/blog staging/current', '/')],
  ])('says that current is %s', async (_, problem, make) => {
    await make()
    await home.put('apps/blog staging/releases/1/x', '')
    const { instances } = await home.facts(shell, ask({ instances: [about] }))
    expect([instances.staging?.currentProblem, instances.staging?.current]).toEqual([problem, undefined])
  })

  it.each([
    ['none', ''],
    ['half a one', '{"v":1,"number":7'],
    ['one of a later venvoy', '{"v":2}\n'],
    ['that of another release', json(releaseReceiptOf(tree, { number: 6 }))],
  ])('says that the current release has no receipt: %s', async (_, text) => {
    await home.put('apps/blog staging/releases/7/release.json', text)
    await home.link('apps/blog staging/current', 'releases/7')
    const { instances } = await home.facts(shell, ask({ instances: [about] }))
    const folder = `${home.path}/apps/blog staging/releases/7`
    expect(instances.staging?.currentProblem).toBe(`leads to ${folder}, which has no receipt of venvoy's`)
  })

  it('lists venvs whoever made them', async () => {
    for (const name of ['plain', 'virtual env', 'ancient', 'copy'])
      await home.put(`.virtualenvs/${name}/bin/activate`, '')
    for (const name of ['plain', 'virtual env', 'copy']) await home.python(`.virtualenvs/${name}/bin/python`, '3')
    await home.put('.virtualenvs/copy/.venvoy.json', '{}')
    await home.put('.virtualenvs/of-windows/Scripts/activate', '')
    await home.python('.virtualenvs/of-windows/Scripts/python.exe', '3')
    await home.put('.virtualenvs/plain/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.2\n')
    await home.put('.virtualenvs/virtual env/pyvenv.cfg', 'version_info = 3.12.1.final.0\nprompt = x\n')
    await home.put('.virtualenvs/ancient/lib/python2.7/x', '')
    await home.put('.virtualenvs/no-venv/README', '')
    await home.put('.virtualenvs/hook.sh', '')
    await home.python('bin/python3.11', '3.11.2')
    await home.link('.virtualenvs/blog', await venvAt('aaaa'))
    await home.link('.virtualenvs/dangling', '/nowhere')
    await home.put('.virtualenvs/.venvoy/bbbb/hollow/.venvoy.json', '{}')
    await home.link('.virtualenvs/hollow', `${home.path}/.virtualenvs/.venvoy/bbbb/hollow`)
    await home.link('.virtualenvs/other', '/')
    const { venvs } = await home.facts(shell, ask({ venvHomes: ['~/.virtualenvs'] }))
    const listing = { home: `${home.path}/.virtualenvs`, ours: false }
    expect(venvs).toEqual([
      { ...listing, name: 'ancient', version: '2.7', problem: 'its Python is gone' },
      { ...listing, name: 'blog', ours: true, link: `${home.path}/.virtualenvs/.venvoy/aaaa/blog` },
      { ...listing, name: 'copy' },
      { ...listing, name: 'dangling', link: '/nowhere', problem: 'leads nowhere' },
      {
        ...listing,
        name: 'hollow',
        ours: true,
        link: `${home.path}/.virtualenvs/.venvoy/bbbb/hollow`,
        problem: 'has no bin/activate any more',
      },
      { ...listing, name: 'of-windows' },
      { ...listing, name: 'plain', version: '3.11.2' },
      { ...listing, name: 'virtual env', version: '3.12.1' },
    ])
  })

  it('stops at the first interpreter of the version, passing shims and venvs by', async () => {
    await home.python('.pyenv/shims/python3.11', '3.11.0')
    await home.python('venv/bin/python3.11', '3.11.1')
    await home.put('venv/pyvenv.cfg', '')
    await home.python('first/python3.11', '3.11.2')
    await home.python('.pyenv/versions/3.11.7/bin/python3.11', '3.11.7')
    const PATH = ['.pyenv/shims', 'venv/bin', 'first', '.'].map((folder) => `${home.path}/${folder}`).join(':')
    const facts = await home.facts(shell, askNeeded(), { PATH: `${PATH}:relative::/usr/bin:/bin` })
    const found = `${home.path}/first/python3.11`
    expect(facts.interpreters).toEqual([
      {
        path: found,
        real: found,
        version: '3.11.2',
        implementation: 'cpython',
        abi: 'abi',
        platform: 'linux-x86_64',
        hasVenv: true,
        hasEnsurepip: false,
        stamp: await stampOf(found),
      },
    ])
    expect(await started()).toEqual([found])
  })

  it('looks into the last folder of PATH', async () => {
    await home.python('first/python3.11', '3.11.2')
    await home.python('last/python3.98', '3.98.1')
    const PATH = `/bin:${home.path}/first:${home.path}/last`
    const facts = await home.facts(shell, askNeeded({ python: '3.98' }), { PATH })
    expect(facts.interpreters.map(({ version }) => version)).toEqual(['3.98.1'])
  })

  it('goes on to the patch that is wanted, and asks no Python twice', async () => {
    await home.python('first/python3.11', '3.11.2')
    await home.link('second/python3.11', '../first/python3.11')
    await home.python('.pyenv/versions/3.11.7/bin/python3.11', '3.11.7')
    const PATH = `${home.path}/first:${home.path}/second:/bin`
    await home.facts(shell, askNeeded({ python: '3.11.7' }), { PATH })
    const asked = (await started()).filter((path) => path.startsWith(home.path))
    expect(asked).toEqual([`${home.path}/first/python3.11`, `${home.path}/.pyenv/versions/3.11.7/bin/python3.11`])
  })

  it('takes a path as it is', async () => {
    await home.python('my python/bin/py', '3.9.1')
    const facts = await home.facts(shell, askNeeded({ python: '~/my python/bin/py' }))
    expect(facts.interpreters.map(({ path, version }) => [path, version])).toEqual([
      [`${home.path}/my python/bin/py`, '3.9.1'],
    ])
  })

  it('lists all interpreters when the wanted one is missing', async () => {
    await home.python('first/python2.7', '2.7.18')
    await home.python('.pyenv/versions/3.98.1/bin/python3.98', '3.98.1')
    await home.python('.local/share/uv/python/cpython-3.97/bin/python3.97', '3.97.0')
    const facts = await home.facts(shell, askNeeded({ python: '3.99' }), { PATH: `${home.path}/first:/bin` })
    const ours = facts.interpreters.filter(({ path }) => path.startsWith(home.path))
    expect(ours.map(({ version }) => version)).toEqual(['2.7.18', '3.98.1', '3.97.0'])
  })

  it('finds a folder that cannot be made', async () => {
    await home.put('file', '')
    const { instances } = await home.facts(shell, ask({ instances: [{ ...about, to: '~/file/apps' }] }))
    expect(instances.staging?.unwritable).toEqual(['to'])
  })

  it('tells which ports instances have, and which are listened on', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await home.put('apps/shop eu/.venvoy/generation', '1\n')
    const lines = [`20000 web ${home.path}/apps/shop eu`, `20001 port ${home.path}/apps/gone`]
    await home.put('.local/state/venvoy/ports', `${lines.join('\n')}\n`)
    const { ports } = await home.facts(shell, ask({ instances: [{ ...about, ports: true }] }))
    server.close()
    expect(ports?.given).toEqual([{ port: 20000, name: 'web', to: `${home.path}/apps/shop eu` }])
    expect(ports?.listening).toContain(port)
    expect((await home.facts(shell, ask({ instances: [about] }))).ports).toBeUndefined()
  })

  it('does not tell of paths with newlines, and is not misled by them', async () => {
    await home.put('.virtualenvs/two\nlines/bin/activate', '')
    await home.put('.virtualenvs/fine/bin/activate', '')
    const { venvs } = await home.facts(shell, ask({ venvHomes: ['~/.virtualenvs'] }))
    expect(venvs.map(({ name }) => name)).toEqual(['fine'])
  })
})

describe('the probe', () => {
  it('says what a real Python says of itself', async () => {
    const code = `import os, platform, sys, sysconfig
print("|".join([platform.python_version(), sysconfig.get_config_var("SOABI"), sysconfig.get_platform(), os.path.realpath(sys.executable)]))`
    const path = execFileSync('sh', ['-c', 'command -v python3'], { encoding: 'utf8' }).trim()
    const truth = execFileSync(path, ['-c', code], { encoding: 'utf8' }).trim().split('|')
    const facts = await home.facts(['sh'], askNeeded({ python: truth[3]! }))
    const { version, abi, platform, real, implementation, hasVenv, stamp } = facts.interpreters[0]!
    expect([version, abi, platform, real]).toEqual(truth)
    expect([implementation, hasVenv, stamp]).toEqual(['cpython', true, await stampOf(real)])
  })

  it('stays below 60 KB with 100 instances, and 12 KB with one', () => {
    const instances = Array.from({ length: 100 }, (_, i) => ({
      ...about,
      name: `client-${i}`,
      to: `~/apps/blog-client-${i}`,
      venvName: `blog-client-${i}`,
      inputs: 'a'.repeat(64),
    }))
    const size = (count: number) =>
      probeScript(ask({ interpreters: 'if-needed', instances: instances.slice(0, count) })).length
    expect([size(100) < 60_000, size(1) < 12_000]).toEqual([true, true])
  })

  it('is plain printable text', () => {
    expect(probeScript({ ...askNeeded(), programs: ['git'], venvHomes: ['~'], free: ['/'], sudo: ['root'] })).toMatch(
      /^[\n\x20-\x7e]*$/,
    )
  })
})
