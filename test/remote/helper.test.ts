import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fileHelperSource } from '../../src/remote/file-helper.js'
import { helperSource, verifySource } from '../../src/remote/helper.js'
import { callHelper } from './support/call.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { temporaryFolders, write } from './support/place.js'

const folder = 'src/remote/helper'
const parts = readdirSync(folder).filter((name) => name.endsWith('.py'))
const place = temporaryFolders()

describe('the helper as a program', () => {
  test.each([helperSource(), verifySource(), fileHelperSource()])(
    'is ASCII and small enough for an env variable',
    (source) => {
      expect(source).toMatch(/^[\n\x20-\x7e]*$/)
      expect(source.length).toBeLessThan(90_000)
    },
  )

  test('holds every part', () => {
    // Those that are loaded by need are packed: `"tree":"eNq…"`
    const packed = [...(helperSource() + verifySource()).matchAll(/":"(eN[^"]+)"/g)].map(([, text]) =>
      inflateSync(Buffer.from(text!, 'base64')),
    )
    const whole = [helperSource(), ...packed].join('\n')
    for (const part of parts) {
      const line = readFileSync(join(folder, part), 'utf8')
        .split('\n')
        .find((text) => /^(def|class|ACTIONS) ?/.test(text))
      expect(whole + fileHelperSource()).toContain(line ?? 'no function')
    }
  })

  test('means the same with its comments taken out', () => {
    const same =
      'import ast, sys\na, b = [ast.dump(ast.parse(text)) for text in sys.stdin.read().split("\\0")]\nprint(a == b)'
    for (const part of parts) {
      const text = readFileSync(join(folder, part), 'utf8')
      const bare = text
        .split('\n')
        .filter((line) => !/^\s*(#.*)?$/.test(line))
        .join('\n')
      expect(execFileSync(anyPython3(), ['-c', same], { input: `${text}\0${bare}` }).toString()).toBe('True\n')
    }
  })

  test('keeps its files small', () => {
    for (const part of parts) {
      const lines = readFileSync(join(folder, part), 'utf8').split('\n')
      expect(lines.length, part).toBeLessThanOrEqual(251)
      expect(Math.max(...lines.map((line) => line.length)), part).toBeLessThanOrEqual(120)
    }
  })

  test.each(edgeInterpreters())('imports nothing from the working folder or PYTHONPATH: %s', async (python) => {
    const home = place()
    for (const name of ['json', 'fcntl', 'hashlib', 'select'])
      write(join(home, `${name}.py`), 'raise SystemExit("foreign")')
    const result = await callHelper({
      python,
      home,
      cwd: home,
      env: { PYTHONPATH: home },
      action: 'remove-venv',
      input: { home: '~/venvs', name: 'blog' },
    })
    expect(result).toMatchObject({ code: 1, stderr: `there is no venv blog in ${home}/venvs\n  there are: none\n` })
  })

  test.each(['', '.', '..', 'a/b', '-x', '.git', '$(id)', 'a\nb', 'a\n'])('refuses the name %j', async (name) => {
    const home = place()
    const result = await callHelper({
      python: anyPython3(),
      home,
      action: 'remove-venv',
      input: { home: '~/venvs', name },
    })
    expect(result.code).toBe(1)
    expect(result.stderr).toContain(`"${name}" cannot be the name of a venv`)
  })

  test('refuses relative paths and input that is not JSON', async () => {
    const home = place()
    const call = (input: unknown) => callHelper({ python: anyPython3(), home, action: 'remove-venv', input })
    expect(await call({ home: 'venvs', name: 'blog' })).toMatchObject({
      code: 1,
      stderr: 'the path "venvs" is neither absolute nor begins with ~/\n',
    })
    expect((await call(Buffer.from('{'))).stderr).toMatch(
      /^the input of the helper is not JSON\n.*\n {2}try: this is a fault/,
    )
  })
})
