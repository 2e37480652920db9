import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testPath } from '../remote/support/call.js'
import { contents } from '../remote/support/contents.js'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { greeting, lockWheels, thinVenvs } from '../remote/support/locked.js'
import { temporaryFolders } from '../remote/support/place.js'
import { sampleOf } from '../support/sample.js'
import { withPip } from './with-pip.js'

const place = temporaryFolders()
const python = describePython(anyPython3())
const folder = mkdtempSync(join(tmpdir(), 'venvoy-shared-'))
const { homeWithPip, prepare } = withPip(folder, python, place)
beforeAll(async () => {
  await prepare()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const short = python.version.split('.').slice(0, 2).join('.')
const site = `lib/python${short}/site-packages`

const receiptOf = (path: string) => JSON.parse(readFileSync(join(path, '.venvoy.json'), 'utf8'))

describe('packages that are shared', () => {
  test('are installed once, with the same content each time, and named in all receipts', async () => {
    const home = place()
    const venvs = thinVenvs(home, python)
    const first = await venvs.build('a', { now: '2026-01-02T03:04:05Z' })
    expect(first.events).toEqual([
      ...['creating', 'installing', 'compiling', 'verifying'].map((text) => ({ event: 'phase', text })),
      {
        event: 'venv',
        path: venvs.venv('a'),
        reused: false,
        installed: [
          ['greeting', '1.1'],
          ['words', '2.0'],
        ],
      },
    ])
    const base = receiptOf(venvs.base)
    expect(receiptOf(venvs.venv('a'))).toEqual({
      v: 1,
      name: 'a',
      fingerprint: '0f3c9a1b2d4e5f60',
      inputs: 'abc',
      python,
      base: venvs.base,
      content: base.content,
      lockfile: 'pylock.toml',
      manifest: expect.stringMatching(/^[0-9a-f]{64}$/),
      installed: base.installed,
      created: '2026-01-02T03:04:05Z',
    })
    const second = await venvs.build('b')
    expect(second.events).toMatchObject([{ event: 'venv', path: venvs.venv('b'), reused: false }])
    expect((await venvs.build('b')).events).toMatchObject([{ event: 'venv', path: venvs.venv('b'), reused: true }])
    const manifest = readFileSync(join(venvs.base, '.venvoy.manifest'), 'utf8')
    rmSync(venvs.store, { recursive: true })
    await venvs.build('c')
    expect(receiptOf(venvs.base).content).toBe(base.content)
    const compiled = (line: string) => line.includes('.pyc')
    const again = readFileSync(join(venvs.base, '.venvoy.manifest'), 'utf8')
    expect(again.split('\n').filter((line) => !compiled(line))).toEqual(
      manifest.split('\n').filter((line) => !compiled(line)),
    )
  })

  const isRoot = process.getuid?.() === 0
  const nobody = 65534
  const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0
  /** The owner of the venvs, who is not root: root may write anywhere. */
  const asOwner = isRoot ? [`setpriv`, `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []

  test.skipIf(isRoot && !hasSetpriv)('cannot be changed by their owner in one venv for the others', async () => {
    const home = place()
    chmodSync(home, 0o755)
    if (isRoot) chownSync(home, nobody, nobody)
    const folder = place()
    chmodSync(folder, 0o755)
    const venvs = thinVenvs(home, python, folder)
    lockWheels(folder, [{ name: 'words', version: '3.0', modules: { 'words/__init__.py': 'hello = "changed"\n' } }])
    const around = `exec ${asOwner.join(' ')} "$@"`
    for (const name of ['a', 'b'])
      expect(await venvs.build(name, {}, {}, isRoot ? around : undefined)).toMatchObject({ code: 0 })
    const others = () => contents(venvs.store).filter((line) => !line.includes('/a/') && !line.includes('lock/'))
    const before = others()
    const env = { PATH: testPath, HOME: home, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder }
    const attempt = (script: string) => {
      const [program, ...words] = [...asOwner, '/bin/sh', '-c', script, 'sh', venvs.venv('a'), venvs.base]
      return spawnSync(program!, words, { env, encoding: 'utf8', cwd: '/' })
    }

    // By hand, into the venv's own folder.
    expect(attempt('"$1/bin/pip" install words==3.0').status).toBe(0)
    expect(attempt('"$1/bin/greet"').stdout).toMatch(/^changed /)
    expect(attempt('"$1/bin/pip" uninstall -y words && "$1/bin/greet"').stdout).toMatch(/hello /)
    expect(attempt('"$1/bin/pip" uninstall -y greeting; "$1/bin/greet"').stdout).toMatch(
      /outside environment[\s\S]*hello /,
    )
    // Through the paths of the packages themselves.
    const words = `$2/${site}/words`
    for (const script of [
      `echo 'hello = "evil"' >> "${words}/__init__.py"`,
      `rm "${words}/__init__.py"`,
      `rm -r "${words}"`,
      `mv "${words}" "${words}.old"`,
      `touch "${words}/new.py" || false`,
      `: > "$2/${site}/evil.pth"`,
      `sed -i s/x/y/ "$2/bin/greet"`,
      `rm "$2/.venvoy.json"`,
      `echo x > "$1/share/man/man1/greet.1"`,
      `"$1/bin/python" -c 'import words; open(words.__file__, "a")'`,
      `"$2/bin/python" -m pip install --force-reinstall words || "$1/bin/pip" install --target "$2/${site}" words`,
    ])
      expect([script, attempt(script).status === 0]).toEqual([script, false])
    expect(others()).toEqual(before)
    expect(spawnSync(join(venvs.venv('b'), 'bin/greet'), { env, encoding: 'utf8' }).stdout).toMatch(/^hello /)
  })

  test('are left to their venvs when the interpreter was replaced: the next ones lie beside them', async () => {
    const venvs = thinVenvs(homeWithPip(), python)
    await venvs.build('a')
    const receipt = readFileSync(join(venvs.base, '.venvoy.json'), 'utf8')
    chmodSync(venvs.base, 0o755)
    rmSync(join(venvs.base, '.venvoy.json'))
    writeFileSync(join(venvs.base, '.venvoy.json'), receipt.replaceAll(python.stamp, '1 2 3'))
    const built = await venvs.build('b')
    expect(receiptOf(venvs.venv('b')).base).toBe(`${venvs.base}.1`)
    expect(built.code).toBe(0)
    const avoiding = await venvs.build('c', { avoid: [`${venvs.base}.1`] })
    expect([avoiding.code, receiptOf(venvs.venv('c')).base]).toEqual([0, `${venvs.base}.2`])
  })

  test('are made once by four builders at once', async () => {
    const venvs = thinVenvs(homeWithPip(), python)
    const results = await Promise.all(['a', 'b', 'c', 'a'].map((name) => venvs.build(name)))
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const phases = results.flatMap(({ events }) =>
      events.flatMap((event) => (event.event === 'phase' && event.text === 'installing' ? [event.text] : [])),
    )
    expect(phases).toEqual(['installing'])
    expect(readdirSync(venvs.store).filter((name) => name.startsWith('base-'))).toHaveLength(1)
  })
})

describe('a base is refused', () => {
  type Given = Parameters<ReturnType<typeof thinVenvs>['build']>[1]
  const wheel = (name: string, modules: Record<string, string>, requires: string[] = []) => ({
    name,
    version: '1.0',
    modules,
    requires,
  })

  async function refusal(wheels: typeof greeting, more: Given = {}): Promise<string[]> {
    const venvs = thinVenvs(homeWithPip(), python, place(), wheels)
    const result = await venvs.build('blog', more)
    expect(result.code).toBe(1)
    expect(existsSync(venvs.base)).toBe(false)
    expect(existsSync(venvs.venv('blog'))).toBe(false)
    return result.stderr.split('\n').filter((line) => !/WARNING|^ERROR/.test(line))
  }
  const script = (text: string) => ({ postInstall: [`cd "$VIRTUAL_ENV"/lib/python*/site-packages && ${text}`] })
  const head = 'the packages of venv blog are not what they should be'

  test.each<[string, typeof greeting, Given, string[]]>([
    [
      'an edited file',
      greeting,
      script('echo >> greeting.py'),
      [`${site}/greeting.py of greeting 1.1 is not what its RECORD says`],
    ],
    ['a file that is gone', greeting, script('rm words/more.py'), [`${site}/words/more.py of words 2.0 is missing`]],
    ['a file of nobody’s', greeting, script(': > evil.pth'), [`${site}/evil.pth belongs to no package`]],
    [
      'another set',
      greeting,
      script(
        'mv words-2.0.dist-info words-2.1.dist-info && sed -i s/2.0/2.1/ words-2.1.dist-info/METADATA && sed -i /METADATA/d words-2.1.dist-info/RECORD && echo words-2.1.dist-info/METADATA,, >> words-2.1.dist-info/RECORD',
      ),
      ['words 2.1 is installed, but not locked', 'words 2.0 is locked, but not installed'],
    ],
  ])('for %s', async (_, wheels, more, lines) => {
    const said = await refusal(wheels, more)
    expect(said[0]).toBe(head)
    for (const line of lines) expect(said).toContain(`  ${line}`)
  })

  test('for what its packages need and the lockfile lacks', async () => {
    const said = await refusal([wheel('one', { 'one.py': '' }, ['two'])])
    expect(said.slice(0, 2)).toEqual([
      'the lockfile lacks what its packages need',
      '  one 1.0 requires two, which is not installed.',
    ])
  })

  test('for a file with another hash', async () => {
    const folder = place()
    const locked = lockWheels(folder, greeting)
    const packages = locked.packages.map(([name, version]) => [name, version, ['0'.repeat(64)]] as const)
    const said = await refusal(greeting, { locked: { packages } })
    expect(said.slice(-4)).toEqual([
      'pip could not install the locked packages of venv blog',
      '  pip ended with exit code 1; what it said stands above',
      '  try: write the lockfile again for this interpreter, or mend what the host misses; what was serving still does',
      '',
    ])
  })

  test('not for a file that two packages have: it is told', async () => {
    const two = [wheel('one', { 'tests.py': 'a = 1\n' }), wheel('two', { 'tests.py': 'a = 2\n' })]
    const venvs = thinVenvs(homeWithPip(), python, place(), two)
    const { code, events } = await venvs.build('blog')
    const text = `two packages have the same file: ${site}/tests.py: one 1.0 and two 1.0`
    const notes = events.filter(({ event }) => event === 'note')
    expect([code, notes]).toEqual([0, [{ event: 'note', level: 'warning', text }]])
  })
})

describe('an index that is gone, a disk that is full', () => {
  const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

  const sizes = sampleOf('sizes of a full disk', [[1], [6], [24], [40]], 2)

  test('leave what is there, and the next call needs no help', async () => {
    const venvs = thinVenvs(homeWithPip(), python)
    await venvs.build('live', { fingerprint: 'ffffffffffffffff' })
    const before = contents(venvs.store).filter((line) => !line.includes('lock/'))
    const failed = await venvs.build('blog', {}, { PIP_FIND_LINKS: '/nowhere' })
    expect(failed.code).toBe(1)
    expect(contents(venvs.store).filter((line) => !line.includes('lock/'))).toEqual(before)
    expect(await venvs.build('blog')).toMatchObject({ code: 0, stderr: '' })
  })

  test.skipIf(!canMount).each(sizes)('with %i MB: it is told, and nothing half is left', async (size) => {
    const big = { name: 'big', version: '1', modules: { 'big.py': `x = '${'x'.repeat(16e6)}'\n` } }
    const folder = place()
    const venvs = thinVenvs(place(), python, folder, [...greeting, big])
    const around = [
      'given=$(cat)',
      `exec unshare -rm sh -c 'mount -t tmpfs -o size=${size}m none "$HOME" || exit; given=$1; shift`,
      'printf %s "$given" | "$@"; echo "first $?"; find "$HOME" -name .venvoy.json | grep -v /pip-; echo then',
      'mount -o remount,size=200m "$HOME"; printf %s "$given" | "$@" >/dev/null; echo "second $?"\' sh "$given" "$@"',
    ].join('\n')
    const result = await venvs.build('blog', {}, { TMPDIR: folder }, around)
    expect(result.stdout.split('\n').slice(-4)).toEqual(['first 1', 'then', 'second 0', ''])
    expect(result.stderr).toMatch(/No space left on device/)
  })
})
