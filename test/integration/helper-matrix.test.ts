import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callHelper, filesInput, startHelper, testPath } from '../remote/support/call.js'
import { anyPython3, describePython, edgeInterpreters, findInterpreters } from '../remote/support/interpreters.js'
import {
  cachedTree,
  listAll,
  releaseInput,
  sha256,
  temporaryFolders,
  venvInput,
  write,
} from '../remote/support/place.js'
import { sampleOf } from '../support/sample.js'

const place = temporaryFolders()
const all = findInterpreters().map(describePython)
const withVenv = all.filter(({ version }) => !version.startsWith('2.'))
const edges = withVenv.filter(({ path }) => edgeInterpreters().includes(path))
const some = process.env.VENVOY_TEST_ALL ? withVenv : edges
const name = 'blog-staging'
const venvPath = (home: string) => join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60', name)

/** A home with a space and an accent in its name: scripts need another first line there, and ASCII locales trip over it. */
const awkwardHome = () => join(place(), 'ho me é')

function wheels(home: string): string {
  const folder = join(home, 'wheels')
  execFileSync('mkdir', ['-p', folder])
  execFileSync(anyPython3(), ['test/remote/support/make_wheel.py', folder, 'bloglib', '1.2'])
  return folder
}

const run = (program: string, ...words: string[]) =>
  spawnSync(program, words, { env: { PATH: testPath, LANG: 'C.UTF-8' }, encoding: 'utf8' })

describe('on every interpreter', () => {
  test.each(some)('from files to a serving release: $path', async (python) => {
    const home = awkwardHome()
    execFileSync('mkdir', ['-p', home])
    const call = (action: string, input: unknown) =>
      callHelper({ python: python.path, home, action, input, env: { LC_ALL: 'C' } })
    const requirements = { 'requirements.txt': 'bloglib==1.2\n' }
    const words = ['--no-index', `--find-links ${wheels(place())}`, '-r', 'requirements.txt']
    const built = await call('venv', venvInput('~/venvs', python, { name, files: requirements, arguments: words }))
    expect(built).toMatchObject({ code: 0 })
    const content = 'import bloglib\nprint(bloglib.version)\n'
    await call('files', filesInput('~/cache', [[sha256(content), content.length]], Buffer.from(content)))
    const tree = { ...cachedTree(join(place(), 'elsewhere'), { 'main.py*': content }), cache: '~/cache' }
    await call('release', releaseInput('~/apps/blog', venvPath(home), tree))
    const switched = await call('switch', { to: '~/apps/blog', number: 1, generation: 0, home: '~/venvs', name })
    expect(switched).toMatchObject({ code: 0, stderr: '' })
    const main = join(home, 'apps/blog/current/tree/main.py')
    expect(run(join(home, 'venvs', name, 'bin/python'), main).stdout).toBe('1.2\n')
  })

  // Slow: pip starts six times.
  test.each(some)('pip is what ensurepip would have left: $path', async (python) => {
    const home = awkwardHome()
    execFileSync('mkdir', ['-p', home])
    await callHelper({ python: python.path, home, action: 'venv', input: venvInput('~/venvs', python, { name }) })
    const bin = join(venvPath(home), 'bin')
    const receipt = JSON.parse(readFileSync(join(venvPath(home), '.venvoy.json'), 'utf8'))
    const version = receipt.installed.find(([project]: string[]) => project === 'pip')[1]
    const short = python.version.split('.').slice(0, 2).join('.')
    for (const script of ['pip', 'pip3', `pip${short}`]) {
      expect(run(join(bin, script), '--version').stdout).toMatch(
        new RegExp(`^pip ${version} from .*\\(python ${short}\\)\n$`),
      )
    }
    expect(run(join(bin, 'pip'), 'freeze')).toMatchObject({ status: 0, stdout: '' })
    expect(run(join(bin, 'pip'), 'check')).toMatchObject({ status: 0, stdout: 'No broken requirements found.\n' })
    const listed = run(join(bin, 'python'), '-m', 'pip', 'list', '--format=json', '--disable-pip-version-check')
    const pairs = JSON.parse(listed.stdout).map((entry: { name: string; version: string }) => [
      entry.name,
      entry.version,
    ])
    expect(pairs).toEqual(receipt.installed)
    expect(run(join(bin, 'pip'), 'uninstall', '-y', 'pip', ...(pairs.length > 1 ? ['setuptools'] : [])).status).toBe(0)
    expect(readdirSync(bin).filter((entry) => /pip|easy/.test(entry))).toEqual([])
    expect(
      listAll(join(venvPath(home), 'lib')).filter((line) => / .*\/(pip|setuptools|pkg_resources)/.test(line)),
    ).toEqual([])
  })
})

/** Waits until `there` holds, or the process has ended. */
async function until(there: () => boolean, ended: () => boolean): Promise<void> {
  while (!there() && !ended()) await new Promise((resolve) => setTimeout(resolve, 3))
}

describe('killed, crowded, full', () => {
  const allDelays = [20, 30, 40, 45, 50, 55, 60, 70, 80, 100].map((delay) => [delay])
  const delays = sampleOf('milliseconds before a switch is killed', allDelays, 4).flat()
  const python = describePython(anyPython3())
  const input = (home: string, more = {}) =>
    venvInput('~/venvs', python, {
      name,
      arguments: ['--no-index', `--find-links ${join(home, 'wheels')}`, 'bloglib'],
      postInstall: ['sleep 0.2'],
      ...more,
    })
  const options = (home: string, more = {}) => ({ python: python.path, home, action: 'venv', input: input(home, more) })

  test.each([
    ['the venv was being created', 'pyvenv.cfg'],
    ['pip was being unpacked', 'lib/python*/site-packages/pip'],
    ['pip was installing', 'lib/python*/site-packages/bloglib.py'],
    ['post_install was running', 'lib/python*/site-packages/bloglib-1.2.dist-info/RECORD'],
  ])('kill -9 of all when %s: the next call builds it whole', async (_, pattern) => {
    const home = place()
    wheels(home)
    const venv = venvPath(home)
    const first = startHelper(options(home))
    const there = () => run('/bin/sh', '-c', `ls "$1"/${pattern}`, 'sh', venv).status === 0
    await until(there, () => first.process.exitCode !== null)
    process.kill(-first.process.pid!, 'SIGKILL')
    expect((await first.result).signal).toBe('SIGKILL')
    expect(existsSync(join(venv, '.venvoy.json'))).toBe(false)
    const second = await callHelper(options(home))
    expect(second.stderr).toBe('')
    expect(second.events.at(-1)).toMatchObject({ event: 'venv', path: venv, reused: false })
    expect(run(join(venv, 'bin/python'), '-c', 'import bloglib').status).toBe(0)
    expect(readdirSync(join(home, 'venvs/.venvoy/trash'))).toEqual([])
  })

  test('a pip that outlives the killed helper is waited for', async () => {
    const home = place()
    wheels(home)
    const script = 'echo "$$" > "$HOME/pid"; sleep 1; touch "$HOME/orphan-ended"'
    const first = startHelper(options(home, { postInstall: [script] }))
    await until(
      () => existsSync(join(home, 'pid')),
      () => first.process.exitCode !== null,
    )
    first.process.kill('SIGKILL')
    const second = await callHelper(options(home, { postInstall: [] }))
    expect(existsSync(join(home, 'orphan-ended'))).toBe(true)
    expect(second.events[0]).toEqual({
      event: 'phase',
      text: `waiting for process ${first.process.pid}, which works on venv ${name}`,
    })
    expect(second.events.at(-1)).toMatchObject({ reused: false })
    await first.result
  })

  test('of three builders at once one builds and the others reuse', async () => {
    const home = place()
    wheels(home)
    const results = await Promise.all([1, 2, 3].map(() => callHelper(options(home))))
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0])
    const reused = results.map(({ events }) => events.at(-1)).map((event) => event?.event === 'venv' && event.reused)
    expect(reused.sort()).toEqual([false, true, true])
  })

  test('kill -9 around a switch leaves the old release or the new one, and the next call completes it', async () => {
    const home = place()
    const to = join(home, 'apps/blog')
    write(join(venvPath(home), '.venvoy.json'), '{"v":1,"installed":[]}\n')
    const tree = cachedTree(join(home, 'cache'), { 'a.txt': 'a' })
    const call = (action: string, given: object) => ({ python: python.path, home, action, input: { to, ...given } })
    const generation = () =>
      Number(existsSync(join(to, '.venvoy/generation')) && readFileSync(join(to, '.venvoy/generation')))
    for (const number of [1, 2]) {
      await callHelper({
        python: python.path,
        home,
        action: 'release',
        input: releaseInput(to, venvPath(home), tree, { number }),
      })
    }
    const link = { home: '~/venvs', name }
    await callHelper(call('switch', { ...link, number: 1, generation: 0 }))
    for (const [round, delay] of delays.entries()) {
      const number = (round % 2) + 1
      const before = generation()
      const killed = startHelper(call('switch', { ...link, number, generation: before }))
      await new Promise((resolve) => setTimeout(resolve, delay))
      killed.process.kill('SIGKILL')
      await killed.result
      expect(['releases/1', 'releases/2']).toContain(readlinkSync(join(to, 'current')))
      expect(readlinkSync(join(home, 'venvs', name))).toBe(`${to}/current/venv`)
      const again = await callHelper(call('switch', { ...link, number, generation: generation() }))
      expect(again).toMatchObject({ code: 0, stderr: '' })
      expect(readlinkSync(join(to, 'current'))).toBe(`releases/${number}`)
    }
  })

  const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

  test.skipIf(!canMount)('a full disk is explained, and nothing half is left to be used', async () => {
    const home = place()
    const around =
      'exec unshare -rm sh -c \'mount -t tmpfs -o size=2m none "$HOME" && "$@"; code=$?; find "$HOME" -name ".venvoy.json" -o -name "draft*"; exit $code\' sh "$@"'
    const content = Buffer.alloc(3_000_000)
    const files = filesInput('~/cache', [[sha256(content), content.length]], content)
    const full = { code: 1, stdout: '' }
    const advice = '  try: make room on that disk, then run again; what was serving still does\n'
    expect(await callHelper({ python: python.path, home, action: 'files', input: files, around })).toMatchObject({
      ...full,
      stderr: `${home}/cache: No space left on device\n${advice}`,
    })
    const venv = await callHelper({ ...options(home, { arguments: [], postInstall: [] }), around })
    expect(venv).toMatchObject(full)
    expect(venv.stderr.startsWith(`${venvPath(home)}`)).toBe(true)
    expect(venv.stderr.endsWith(`: No space left on device\n${advice}`)).toBe(true)
  })

  const debian = existsSync('/etc/debian_version') && python.path === '/usr/bin/python3'
  const hidden = (...folders: string[]) =>
    `exec unshare -rm sh -c 'for hidden in ${folders.join(' ')}; do if test -d "$hidden"; then mount -t tmpfs none "$hidden" || exit; fi; done; exec "$@"' sh "$@"`
  const ensurepip = '/usr/lib/python3*/ensurepip'
  const packages = '/usr/lib/python3/dist-packages /usr/local/lib/python3*/dist-packages'

  test.skipIf(!canMount || !debian)('without ensurepip another pip of the system does', async () => {
    const home = place()
    wheels(home)
    const around = hidden(ensurepip, '/usr/share/python-wheels')
    expect(await callHelper({ ...options(home), around })).toMatchObject({ code: 0 })
    expect(run(join(venvPath(home), 'bin/pip'), 'uninstall', '-y', 'pip').status).toBe(0)
  })

  test.skipIf(!canMount || !debian)('without any pip the line to type is named', async () => {
    const home = place()
    const around = hidden(ensurepip, '/usr/share/python-wheels', packages)
    const short = python.version.split('.').slice(0, 2).join('.')
    expect(await callHelper({ ...options(home), around })).toMatchObject({
      code: 1,
      stderr: [
        'there is no pip for Python at /usr/bin/python3',
        '  it has no ensurepip, no pip of its own, and no virtualenv',
        `  try: sudo apt install python${short}-venv`,
        '',
      ].join('\n'),
    })
    expect(existsSync(venvPath(home))).toBe(false)
  })
})
