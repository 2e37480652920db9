import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { VenvInput } from '../../src/remote/venv-input.js'
import { callHelper } from './support/call.js'
import { anyPython3, describePython } from './support/interpreters.js'
import { listAll, temporaryFolders, venvInput } from './support/place.js'

const place = temporaryFolders()
const python = describePython(anyPython3())

const build = (home: string, more: Partial<VenvInput> = {}, env: Record<string, string> = {}) =>
  callHelper({ python: python.path, home, action: 'venv', input: venvInput('~/venvs', python, more), env })

describe('venv', () => {
  test('starts no pip where nothing is to be installed, and knows its prompt', async () => {
    const home = place()
    const result = await build(home, { systemSitePackages: true })
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const venv = join(home, 'venvs/.venvoy/0f3c9a1b2d4e5f60/blog')
    expect(readFileSync(join(venv, 'bin/activate'), 'utf8')).toMatch(/\(blog\)|"blog"|'blog'/)
    expect(readFileSync(join(venv, 'pyvenv.cfg'), 'utf8')).toContain('include-system-site-packages = true')
    expect(listAll(join(venv, 'lib')).filter((line) => line.includes('__pycache__'))).toEqual([])
  })

  test('refuses an interpreter that is not the one of the plan', async () => {
    const result = await build(place(), { python: { ...python, stamp: '1 2 3' } })
    expect(result.code).toBe(1)
    expect(result.stderr.split('\n')).toEqual([
      `Python at ${python.path} is not the one that was planned for`,
      `  planned: ${python.real} (1 2 3)`,
      `  found: ${python.real} (${python.stamp})`,
      '  try: plan again',
      '',
    ])
  })

  test('says what to write where the interpreter is too old for venv', async () => {
    const result = await build(place(), { python: { ...python, version: '2.7.18' } })
    expect(result.stderr.split('\n')[0]).toBe('Python 2.7.18 has no module venv')
    expect(result.stderr).toContain(
      `set \`with: virtualenv\` under venv:, and on the host: ${python.path} -m pip install`,
    )
  })

  test('names the line to type where virtualenv is missing', async () => {
    const missing = await build(place(), { with: 'virtualenv' }, { PATH: '/nowhere' })
    expect(missing.code).toBe(1)
    expect(missing.stderr).toMatch(/^there is no virtualenv for Python at .*\n.*\n {2}try: .*virtualenv\n$/)
  })

  test('refuses files that would lie outside the folder of the build', async () => {
    const result = await build(place(), { files: { '../../evil.txt': '' } })
    expect(result).toMatchObject({ code: 1, stderr: 'the path "../../evil.txt" does not stay inside the tree\n' })
  })
})
