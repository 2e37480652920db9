import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { VenvReceipt } from '../../src/facts/facts.js'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { callHelper, startHelper, testPath } from '../remote/support/call.js'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { cachedTree, listAll, temporaryFolders, venvInput, write } from '../remote/support/place.js'

const place = temporaryFolders()
const python = describePython(anyPython3())

function build(home: string, more: Partial<VenvInput> = {}, env: Record<string, string> = {}) {
  return callHelper({ python: python.path, home, action: 'venv', input: venvInput('~/venvs', python, more), env })
}

/** A folder with the hand-made wheel blog-lib 1.2. */
function wheels(home: string, version = '1.2'): string {
  const folder = join(home, 'wheels')
  mkdirSync(folder, { recursive: true })
  execFileSync(python.path, ['test/remote/support/make_wheel.py', folder, 'Blog_Lib', version])
  return folder
}

/** What is below the store, as far as builds go. */
const builds = (home: string) =>
  listAll(join(home, 'venvs/.venvoy')).filter((line) => /^\d+ [^/]+\/(blog\/|trash\/.+)?$|\.work/.test(line))

describe('venv', () => {
  test('builds at the final path, writes the receipt last, and reuses it', async () => {
    const home = place()
    const folder = wheels(home)
    const more = {
      files: { 'requirements/base.txt': '-r ../more.txt\n', 'more.txt': 'blog-lib\n' },
      arguments: ['--no-index', `--find-links ${folder}`, '-r', 'requirements/base.txt'],
      postInstall: ['python -c "import Blog_Lib; print(Blog_Lib.version)"; echo "$VIRTUAL_ENV"; pwd; ls'],
      now: '2026-01-02T03:04:05Z',
    }
    const venv = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')
    const built = await build(home, more, { PYTHONPATH: '/nowhere', PIP_TARGET: '/nowhere', PIP_USER: '1' })
    expect(built.stderr).not.toContain('Traceback')
    expect(built.code).toBe(0)
    expect(built.stdout).toMatch(/^Successfully installed blog-lib-1.2$/im)
    expect(built.stdout.split('\n').slice(-6, -1)).toEqual([
      '1.2',
      venv,
      join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/.work/blog/project'),
      'more.txt',
      'requirements',
    ])
    const receiptText = readFileSync(join(venv, '.venvoy.json'), 'utf8')
    const { installed, manifest = '' }: VenvReceipt = JSON.parse(receiptText)
    expect(manifest).toMatch(/^[0-9a-f]{64}$/)
    expect(installed.filter(([name]) => name !== 'pip' && name !== 'setuptools')).toEqual([['blog-lib', '1.2']])
    const receipt: VenvReceipt = {
      v: 1,
      name: 'blog',
      fingerprint: '0f3c9a1b2d4e5f60',
      inputs: 'abc',
      python,
      manifest,
      installed,
      created: '2026-01-02T03:04:05Z',
    }
    expect(receiptText).toBe(`${JSON.stringify(receipt)}\n`)
    expect(built.events).toEqual([
      { event: 'phase', text: 'creating' },
      { event: 'phase', text: 'installing' },
      { event: 'phase', text: 'post_install' },
      { event: 'phase', text: 'finishing' },
      { event: 'venv', path: venv, reused: false, installed },
    ])
    expect(builds(home)).toEqual(['755 0f3c9a1b2d4e5f60/', '755 0f3c9a1b2d4e5f60/blog/', '755 lock/'])
    const reused = await build(home, more)
    expect(reused).toMatchObject({
      code: 0,
      stdout: '',
      events: [{ event: 'venv', path: venv, reused: true, installed }],
    })
  })

  test('a failing post_install script is a failure', async () => {
    const home = place()
    const result = await build(home, { postInstall: ['# compile\nexit 3'] })
    expect(result).toMatchObject({
      code: 1,
      stderr:
        'a post_install command of venv blog ended with exit code 3\n  it was: # compile\n  try: correct it, then run again\n',
    })
    expect(builds(home)).toEqual(['755 lock/', '755 trash/'])
  })

  test('leaves a broken venv as it is and builds another beside it', async () => {
    const home = place()
    await build(home)
    const venv = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')
    rmSync(join(venv, 'pyvenv.cfg'))
    const second = await build(home)
    const sibling = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60.1/blog')
    expect(second.events.at(-1)).toMatchObject({ event: 'venv', path: sibling, reused: false })
    expect(existsSync(join(venv, '.venvoy.json'))).toBe(true)
    expect((await build(home)).events).toMatchObject([{ event: 'venv', path: sibling, reused: true }])
  })

  test('does not take a venv whose Python somebody replaced', async () => {
    const home = place()
    await build(home)
    const venv = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')
    rmSync(join(venv, 'bin/python'))
    write(join(venv, 'bin/python'), `#!/bin/sh\nexec ${python.path} "$@"\n`)
    chmodSync(join(venv, 'bin/python'), 0o755)
    const second = (await build(home)).events.at(-1)
    expect(second).toMatchObject({
      event: 'venv',
      path: join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60.1/blog'),
      reused: false,
    })
  })

  test('a second builder says that it waits, or does not where that is not wanted', async () => {
    const home = place()
    const first = startHelper({
      python: python.path,
      home,
      action: 'venv',
      input: venvInput('~/venvs', python, {
        postInstall: ['touch "$HOME/there"; while [ ! -e "$HOME/go" ]; do sleep 0.05; done'],
      }),
    })
    while (!existsSync(join(home, 'there'))) await new Promise((resolve) => setTimeout(resolve, 20))
    const unwilling = await build(home, { wait: false })
    expect(unwilling.code).toBe(75)
    expect(unwilling.stderr).toMatch(
      /^venv blog is locked\n {2}process \d+ holds .*\n {2}try: run again when it has ended\n$/,
    )
    const second = build(home)
    setTimeout(() => write(join(home, 'go'), ''), 300)
    expect((await first.result).code).toBe(0)
    expect((await second).events).toMatchObject([
      { event: 'phase', text: `waiting for process ${first.process.pid}, which works on venv blog` },
      { event: 'venv', reused: true },
    ])
  })

  test('asks for virtualenv by the line to type, and uses the program where there is one', async () => {
    const home = place()
    const missing = await build(home, { with: 'virtualenv' }, { PATH: '/nowhere' })
    expect(missing.stderr).toMatch(/^there is no virtualenv for Python at .*\n.*\n {2}try: .*virtualenv\n$/)
    write(
      join(home, 'bin/virtualenv'),
      `#!/bin/sh\necho "$@" >> "$HOME/calls"\nfor last; do :; done\n[ "$1" = --version ] || exec ${python.path} -m venv --without-pip "$last"\n`,
    )
    chmodSync(join(home, 'bin/virtualenv'), 0o755)
    const built = await build(home, { with: 'virtualenv' }, { PATH: `${home}/bin:${testPath}` })
    expect(built.code).toBe(0)
    expect(readFileSync(join(home, 'calls'), 'utf8').split('\n')).toEqual([
      '--version',
      `--no-download -p ${python.path} ${home}/venvs/.venvoy/0f3c9a1b2d4e5f60/blog`,
      '',
    ])
  })

  test('installs the project itself from its tree, but never in editable mode', async () => {
    const home = place()
    const tree = cachedTree(join(home, 'cache'), {
      'setup.py': 'from setuptools import setup\nsetup(name="mine", version="3")\n',
    })
    const editable = '/__editable__.mine.pth'
    const script = `printf '%s\\n' "$PWD/src" > "$(echo "$VIRTUAL_ENV"/lib/*/site-packages)${editable}"; test -f setup.py`
    const result = await build(home, { tree, postInstall: [script] })
    expect(result.code).toBe(1)
    expect(result.stderr.split('\n')).toEqual([
      'the requirements install the project in editable mode (-e)',
      expect.stringMatching(/^ {2}.*__editable__\.mine\.pth points to the folder of the build, which is removed$/),
      '  try: write `.` instead of `-e .`',
      '',
    ])
  })

  test("pip's failure is a failure after its own words, and leaves nothing", async () => {
    const home = place()
    const result = await build(home, { arguments: ['--no-index', 'no-such-package'] })
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('No matching distribution found for no-such-package')
    expect(result.stderr.split('\n').slice(-4)).toEqual([
      'pip could not install what venv blog needs',
      '  pip ended with exit code 1; what it said stands above',
      '  try: correct the requirements, or what they miss on the host; what was serving still does',
      '',
    ])
    expect(builds(home)).toEqual(['755 lock/', '755 trash/'])
  })

  test('an index with a password is in no argument and in no file that others can read', async () => {
    const home = place()
    const script = 'ls -ld .. ../index.txt | cut -c1-10; cat ../index.txt'
    const options = { index: 'https://ann:secret@localhost:9/simple', postInstall: [script] }
    const folder = wheels(home)
    const result = await build(home, {
      ...options,
      arguments: [`--find-links ${folder}`, 'Blog_Lib==1.2'],
    })
    expect(result.stdout.split('\n').slice(-4, -1)).toEqual([
      'drwx------',
      '-rw-------',
      `--index-url ${options.index}`,
    ])
  })
})
