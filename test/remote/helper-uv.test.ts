import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { callHelper } from './support/call.js'
import { anyPython3, describePython } from './support/interpreters.js'
import { temporaryFolders, venvInput, write } from './support/place.js'

const place = temporaryFolders()
const python = describePython(anyPython3())

/** Writes down what it is told, and installs nothing. */
const fake = `#!/bin/sh
case $1 in
--version) echo 'uv 0.13.9 (a fake)' ;;
pip)
  { echo "$@"; sort "$UV_CONFIG_FILE"; env | grep -E '^(UV|PIP|SSL|HTTPS)_' | sort; } >"$HOME/told"
  exit 3
  ;;
esac
`

/** What uv is told in a home with these settings. */
async function told(more: Partial<VenvInput>, env: Record<string, string>): Promise<string[]> {
  const home = place()
  const path = join(home, 'uv')
  write(path, fake)
  chmodSync(path, 0o755)
  const uv = { version: '0.13.9', path }
  const input = venvInput('~/venvs', python, { installer: { name: 'uv' }, uv, arguments: ['flask'], ...more })
  const result = await callHelper({ python: python.path, home, action: 'venv', input, env })
  expect([result.code, result.stderr]).toEqual([
    1,
    'uv could not install what venv blog needs\n  uv ended with exit code 3; what it said stands above\n  try: correct the requirements, or what they miss on the host; what was serving still does\n',
  ])
  const text = readFileSync(join(home, 'told'), 'utf8').replaceAll(home, 'HOME')
  return text.trimEnd().split('\n')
}

const venv = 'HOME/venvs/.venvoy/0f3c9a1b2d4e5f60/blog'
const always = [
  `UV_CACHE_DIR=HOME/.cache/venvoy/uv/cache`,
  'UV_CONFIG_FILE=HOME/venvs/.venvoy/0f3c9a1b2d4e5f60/.work/blog/uv.toml',
]
const fixed = ['UV_LINK_MODE=copy', 'UV_NO_PROGRESS=1', 'UV_NO_SOURCES=1', 'UV_PYTHON_DOWNLOADS=never']

test('uv is told how packages are reached, as pip is, and in files what may be secret', async () => {
  const lines = await told(
    {},
    {
      PIP_INDEX_URL: 'https://ann:secret@index.example.com/simple',
      PIP_EXTRA_INDEX_URL: 'https://a.example.com/simple https://b.example.com/simple',
      PIP_FIND_LINKS: '/nowhere /tmp https://files.example.com/',
      PIP_TRUSTED_HOST: 'index.example.com',
      PIP_PROXY: 'http://proxy.example.com:3128',
      PIP_CERT: '/etc/own.pem',
      PIP_TIMEOUT: '90',
      PIP_RETRIES: '2',
      PIP_NO_BINARY: ':all:',
      UV_INDEX_URL: 'https://other.example.com/simple',
      UV_LINK_MODE: 'symlink',
      UV_SYSTEM_CERTS: 'true',
    },
  )
  expect(lines).toEqual([
    `pip install --python ${venv}/bin/python -r HOME/venvs/.venvoy/0f3c9a1b2d4e5f60/.work/blog/asked.txt`,
    '[[index]]',
    'allow-insecure-host = ["index.example.com"]',
    'default = true',
    'find-links = ["/tmp", "https://files.example.com/"]',
    'url = "https://ann:secret@index.example.com/simple"',
    'HTTPS_PROXY=http://proxy.example.com:3128',
    'SSL_CERT_FILE=/etc/own.pem',
    ...always,
    'UV_HTTP_RETRIES=2',
    'UV_HTTP_TIMEOUT=90',
    ...fixed,
    'UV_SYSTEM_CERTS=true',
  ])
})

test('an index of deploy.yml takes the place of the host’s, and none is none', async () => {
  const index = 'https://deploy.example.com/simple'
  const own = await told({ index }, { PIP_NO_INDEX: '1', PIP_EXTRA_INDEX_URL: 'https://a.example.com' })
  expect(own.slice(1, 6)).toEqual([
    '[[index]]',
    'allow-insecure-host = []',
    'default = true',
    'find-links = []',
    `url = "${index}"`,
  ])
  const none = await told({}, { PIP_NO_INDEX: 'yes', PIP_INDEX_URL: index })
  expect(none.slice(1, 4)).toEqual(['allow-insecure-host = []', 'find-links = []', 'no-index = true'])
})
