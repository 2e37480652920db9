import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { folderPrefix, makeRunFolder } from '../../src/transport/run-folder.js'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'venvoy-base-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

function folderOf(prefix: string): string {
  const name = `${prefix}Ab3dE6`
  mkdirSync(join(base, name))
  writeFileSync(join(base, name, '1'), '')
  return name
}

test('the folder of a run is for nobody else, and short enough for sockets', () => {
  const folder = makeRunFolder(base)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(basename(folder)).toMatch(/^venvoy-ssh-[0-9a-f]{4}-\w+-\w+-\w{6}$/)
  expect(basename(folder).length).toBeLessThan(40)
})

test('where the temporary folder is too far down for sockets, it is in /tmp', () => {
  const folder = makeRunFolder(join(base, 'far'.repeat(20)))
  expect(folder).toMatch(/^\/tmp\/venvoy-ssh-/)
  rmSync(folder, { recursive: true })
})

test('what a killed process has left is removed, and nothing else', () => {
  const own = folderPrefix(process.pid)
  const [space = ''] = /^venvoy-ssh-\w+/.exec(own) ?? []
  const ended = spawnSync('true').pid
  const left = folderOf(folderPrefix(ended))
  const kept = [
    folderOf(own),
    folderOf(folderPrefix(process.ppid)),
    folderOf(folderPrefix(ended).replace(space, 'venvoy-ssh-00000')),
    folderOf('venvoy-control-'),
  ]
  const fresh = basename(makeRunFolder(base))
  expect(readdirSync(base).sort()).toEqual([...kept, fresh].sort())
  expect(existsSync(join(base, left))).toBe(false)
})

test.runIf(existsSync('/proc/self/stat'))(
  'a process that has only got the number of another is not taken for it',
  () => {
    const [space, pid] = /^(venvoy-ssh-\w+)-(\w+)/.exec(folderPrefix(process.pid))?.slice(1) ?? []
    folderOf(`${space}-${pid}-1-`)
    const fresh = basename(makeRunFolder(base))
    expect(readdirSync(base)).toEqual([fresh])
  },
)
