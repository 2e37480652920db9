import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testPath } from '../remote/support/call.js'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { greeting, thinVenvs } from '../remote/support/locked.js'

const python = describePython(anyPython3())
const home = mkdtempSync(join(tmpdir(), 'venvoy-uv-'))
const real = { version: '', path: join(home, 'tools/bin/uv') }
const byUv = { installer: { name: 'uv' } } as const
beforeAll(() => {
  execFileSync(python.path, ['-m', 'venv', join(home, 'tools')])
  execFileSync(join(home, 'tools/bin/pip'), ['install', '-q', '--disable-pip-version-check', 'uv'])
  real.version = execFileSync(real.path, ['--version'], { encoding: 'utf8' }).split(' ')[1]!
})
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }))

const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`many/m${i}.py`, `x = ${i}\n`]))
const venvs = thinVenvs(home, python, join(home, 'wheels'), [
  ...greeting,
  { name: 'many', version: '1.0', modules: many },
])
const receiptOf = (path: string) => JSON.parse(readFileSync(join(path, '.venvoy.json'), 'utf8'))
const greets = (venv: string) =>
  spawnSync(join(venv, 'bin/greet'), { env: { PATH: testPath }, encoding: 'utf8' }).stdout

/** Seconds into the work of uv: it unpacks, copies, compiles. */
const moments = process.env.VENVOY_TEST_ALL ? [0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2] : [0.02, 0.2]

test('kill -9 at any time leaves nothing that counts, and the next run builds it whole', {
  timeout: 120_000,
}, async () => {
  const live = venvs.venv('live').replace('0f3c9a1b2d4e5f60', 'ffffffffffffffff')
  expect((await venvs.build('live', { ...byUv, uv: real, fingerprint: 'ffffffffffffffff' })).code).toBe(0)
  const deadly = { ...real, path: join(home, 'uv') }
  for (const seconds of moments) {
    for (const folder of ['0f3c9a1b2d4e5f60', 'base-0f3c9a1b2d4e5f60', '../../.cache/venvoy/uv/cache'])
      rmSync(join(venvs.store, folder), { recursive: true, force: true })
    // The group is that of the helper, with all that it has started.
    writeFileSync(
      deadly.path,
      `#!/bin/sh\n[ "$1" != pip ] || { sleep ${seconds}; kill -9 0; } &\nexec ${real.path} "$@"\n`,
    )
    chmodSync(deadly.path, 0o755)
    const killed = await venvs.build('blog', { ...byUv, uv: deadly })
    expect([seconds, killed.signal, existsSync(join(venvs.base, '.venvoy.json'))]).toEqual([seconds, 'SIGKILL', false])
    expect(greets(live)).toBe(`hello ${live}\n`)
    expect(await venvs.build('blog', { ...byUv, uv: real })).toMatchObject({ code: 0 })
    expect(receiptOf(venvs.base).content).toBe(receiptOf(live).content)
    expect(greets(venvs.venv('blog'))).toBe(`hello ${venvs.venv('blog')}\n`)
  }
})
