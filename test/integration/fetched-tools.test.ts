import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPackageIndex } from '../../src/testing/index.js'
import { testPath } from '../remote/support/call.js'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { greeting, thinVenvs } from '../remote/support/locked.js'
import { temporaryFolders } from '../remote/support/place.js'
import { withPip } from './with-pip.js'

const place = temporaryFolders()
const python = describePython(anyPython3())
const folder = mkdtempSync(join(tmpdir(), 'venvoy-tools-'))
const { byPip, homeWithPip, prepare } = withPip(folder, python, place)
beforeAll(prepare)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const receiptOf = (path: string) => JSON.parse(readFileSync(join(path, '.venvoy.json'), 'utf8'))
const run = (program: string, ...words: string[]) =>
  spawnSync(program, words, { env: { PATH: testPath, LANG: 'C.UTF-8' }, encoding: 'utf8' })

describe('a tool that the host lacks', () => {
  const version = '9.9.9'
  const wheel = {
    name: 'uv',
    version,
    modules: { [`uv-${version}.data/scripts/uv`]: `#!/bin/sh\n[ "$1" != --version ] || echo "uv ${version}"\n` },
  }
  const fetched = { installer: { name: 'uv' }, uv: { version } } as const

  test('is fetched from the index, once, and refused by another hash', async () => {
    const index = await startPackageIndex([wheel, ...greeting])
    const home = homeWithPip()
    const venvs = thinVenvs(home, python)
    const env = { PIP_NO_INDEX: '0', PIP_INDEX_URL: index.url }
    const path = join(home, '.cache/venvoy/uv', version, 'uv')
    const refused = await venvs.build('a', { ...fetched, uv: { version, digests: ['0'.repeat(64)] } }, env)
    expect(refused.stderr).toMatch(
      /^uv 9\.9\.9 is not on this host, and could not be fetched from its index\n[\s\S]*HASHES[\s\S]*\n {2}try: install it there/,
    )
    expect([existsSync(path), existsSync(venvs.base)]).toEqual([false, false])
    // It installs nothing, which is seen; but it was there.
    const built = await venvs.build('a', fetched, env)
    expect(built.stderr).toMatch(/greeting 1\.1 is locked, but not installed/)
    expect(run(path, '--version').stdout).toBe(`uv ${version}\n`)
    const asked = index.requests().filter((line) => line.includes('/uv-')).length
    await venvs.build('a', fetched, env)
    expect(index.requests().filter((line) => line.includes('/uv-')).length).toBe(asked)
    await index.stop()
  })

  test('and its index too is told before anything is made', async () => {
    const venvs = thinVenvs(homeWithPip(), python)
    const { code, stderr } = await venvs.build('a', fetched)
    expect([code, existsSync(venvs.base)]).toEqual([1, false])
    expect(stderr).toMatch(
      /^uv 9\.9\.9 is not on this host, and could not be fetched from its index\n {2}pip ended with exit code 1\n[\s\S]*\n {2}try: install it there \(~\/\.local\/bin\/uv\), name another version, or set `installer: pip` under venv:\n$/,
    )
  })

  test('is not the one that was planned with: nothing is made', async () => {
    const venvs = thinVenvs(homeWithPip(), python)
    const { stderr } = await venvs.build('a', { ...fetched, uv: { version: '0.0.1', path: '/bin/true' } })
    expect(stderr).toMatch(/^uv at .* is not the one that was planned with\n {2}planned: uv 0\.0\.1\n/)
    expect(existsSync(venvs.base)).toBe(false)
  })

  test('is pip in one version: it installs, and is in the venv', async () => {
    // The interpreter's own pip, said to be another.
    const home = homeWithPip()
    const venvs = thinVenvs(home, python)
    const layer: string = receiptOf(byPip.base).pip
    const make = 'cp -r "$1/pip" "$1"/pip-*.dist-info . && mv pip-* pip-99.0.dist-info && rm -r pip/__pycache__ &&'
    const zip =
      'sed -i "s/^Version: .*/Version: 99.0/" pip-*/METADATA && python3 -m zipfile -c "$2" pip pip-*.dist-info'
    const wheel = join(home, 'wheels/pip-99.0-py3-none-any.whl')
    execFileSync('sh', ['-c', `chmod -R u+w . && ${make} ${zip}`, 'sh', layer, wheel], { cwd: place() })
    const built = await venvs.build('b', { installer: { name: 'pip', version: '99.0' } })
    expect([built.code, built.events[1]]).toEqual([0, { event: 'phase', text: 'fetching pip 99.0' }])
    const receipt = receiptOf(venvs.base)
    expect([receipt.installer, receipt.content]).toEqual([['pip', '99.0'], receiptOf(byPip.base).content])
    expect(run(join(venvs.venv('b'), 'bin/python'), '-c', 'import pip; print(pip.__path__[0])').stdout).toMatch(
      /\/\.venvoy\/pip-99_0-[\d_]+\/pip\n$/, // '…/.venvoy/pip-99_0-3_11/pip'
    )
    expect(readdirSync(join(home, '.cache/venvoy/pip'))).toEqual(['99.0'])
  })
})
