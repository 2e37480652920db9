import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callHelper } from './support/call.js'
import { edgeInterpreters } from './support/interpreters.js'
import { temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()

describe('what was found since a venv was built', () => {
  test.each(edgeInterpreters())('stands beside the receipt, and in its read-only base: %s', async (python) => {
    const home = place()
    const [venv, base] = [join(home, 'venvs/.venvoy/1111/blog'), join(home, 'venvs/.venvoy/base-1111')]
    const [own, shared] = [JSON.stringify({ v: 1, base }), JSON.stringify({ v: 1, python: { stamp: '1 2 3' } })]
    write(join(venv, '.venvoy.json'), own)
    write(join(base, '.venvoy.json'), shared)
    chmodSync(base, 0o555)
    const note = (stamp: string) =>
      callHelper({ python, home, action: 'note-venv', input: { venv, inputs: 'abc', stamp } })
    expect(await note('1 2 3')).toMatchObject({ code: 0, stderr: '', events: [{ event: 'noted', path: venv }] })
    const read = (folder: string, name = '.venvoy-noted.json') => readFileSync(join(folder, name), 'utf8')
    expect(read(venv)).toBe('{"v":1,"inputs":"abc","stamp":"1 2 3"}\n')
    expect(() => read(base)).toThrow('ENOENT')
    await note('4 5 6')
    expect([read(venv), read(base)]).toEqual([
      '{"v":1,"inputs":"abc","stamp":"4 5 6"}\n',
      '{"v":1,"inputs":"","stamp":"4 5 6"}\n',
    ])
    expect([read(venv, '.venvoy.json'), read(base, '.venvoy.json')]).toEqual([own, shared])
    expect(statSync(base).mode & 0o777).toBe(0o555)
    chmodSync(base, 0o755)
  })
})
