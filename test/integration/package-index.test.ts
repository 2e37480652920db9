import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type PackageIndex, startPackageIndex } from '../../src/testing/index.js'

const run = promisify(execFile)
let folder: string
let index: PackageIndex

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'venvoy-index-'))
  index = await startPackageIndex([
    {
      name: 'plainpage',
      version: '1.4',
      modules: { 'plainpage.py': 'def render(value):\n    return "<" + value + ">"\n' },
    },
    {
      name: 'greeting',
      version: '2.0',
      modules: {
        'greeting/__init__.py': 'import plainpage\n\n\ndef main():\n    print(plainpage.render("hello"))\n',
      },
      requires: ['plainpage>=1'],
      scripts: { greet: 'greeting:main' },
    },
    { name: 'greeting', version: '3.0', modules: { 'greeting/__init__.py': '' }, requiresPython: '>=9' },
  ])
})
afterEach(async () => {
  await index.stop()
  await rm(folder, { recursive: true })
})

it('pip installs from it into a real venv, and finds every file as recorded', async () => {
  const venv = join(folder, 'venv')
  const env = { PATH: process.env.PATH, HOME: folder, PIP_CONFIG_FILE: '/dev/null', PIP_DISABLE_PIP_VERSION_CHECK: '1' }
  await run('python3', ['-m', 'venv', venv], { env })
  const pip = (...args: string[]) => run(join(venv, 'bin', 'pip'), args, { env })
  await pip('install', '--index-url', index.url, '--only-binary', ':all:', 'greeting==2.0')
  expect((await run(join(venv, 'bin', 'greet'), [], { env })).stdout).toBe('<hello>\n')
  expect((await pip('freeze')).stdout).toBe('greeting==2.0\nplainpage==1.4\n')

  const check = `
import base64, hashlib, importlib.metadata as metadata
for name in ("greeting", "plainpage"):
    for file in metadata.files(name):
        if file.hash:
            digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_binary()).digest()).rstrip(b"=").decode()
            assert digest == file.hash.value, file
print("as recorded")
`
  expect((await run(join(venv, 'bin', 'python'), ['-c', check], { env })).stdout).toBe('as recorded\n')
  expect(index.requests().filter((request) => request.startsWith('GET /files/'))).toEqual([
    'GET /files/greeting-2.0-py2.py3-none-any.whl',
    'GET /files/plainpage-1.4-py2.py3-none-any.whl',
  ])
})

it('pip refuses what is not for its Python, and a file that was changed on the way', async () => {
  const pip = (...args: string[]) =>
    run('python3', ['-m', 'pip', '--isolated', 'download', '--disable-pip-version-check', '-d', folder, ...args], {
      env: { PATH: process.env.PATH, HOME: folder, PIP_CONFIG_FILE: '/dev/null' },
    })
  await expect(pip('--index-url', index.url, 'greeting==3.0')).rejects.toThrow(
    /requires a different Python|No matching distribution/,
  )
  const wrong = `${index.url}../files/greeting-2.0-py2.py3-none-any.whl#sha256=${'0'.repeat(64)}`
  await expect(pip(wrong)).rejects.toThrow('THESE PACKAGES DO NOT MATCH THE HASHES')
})
