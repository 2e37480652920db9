import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FetchInput } from '../../src/remote/instance-input.js'
import { useWorkshop } from '../source/repository.js'
import { callHelper } from './support/call.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { sha256, temporaryFolders } from './support/place.js'

const shop = useWorkshop()
const place = temporaryFolders()
const texts = { 'app.py': 'print(1)\n', 'größe ü/a b.txt': 'é', 'sub/x': '' }

/** A host's fetch of these files of a commit. */
function fetch(home: string, commit: string, more: Partial<FetchInput> = {}, python = anyPython3(), env = {}) {
  const files = Object.entries(texts).map(([path, text]) => [path, sha256(text), Buffer.byteLength(text)] as const)
  const input: FetchInput = {
    ...{ cache: '~/files', mirrors: '~/git', address: `file://${join(shop.root, 'blog')}`, commit, folder: '', files },
    ...more,
  }
  return callHelper({ python, home, action: 'fetch', input, env })
}

const stored = (home: string) =>
  readdirSync(join(home, 'files'), { recursive: true, encoding: 'utf8' }).filter((path) => path.length > 2)

describe('a host that fetches by itself', () => {
  test.each(edgeInterpreters())('puts the files of the commit into its cache, and fetches once: %s', async (python) => {
    const home = place()
    const commit = shop.commit('blog', { ...texts, 'other.txt': 'not asked for' })
    shop.commit('blog', { 'app.py': 'newer' })
    const first = await fetch(home, commit, {}, python)
    expect({ ...first, events: first.events.slice(1) }).toEqual({
      ...{ code: 0, signal: null, stdout: '', stderr: '' },
      events: [
        { event: 'received', files: 3, bytes: 11 },
        { event: 'note', level: 'info', text: 'it has fetched 3 of 3 files by itself' },
      ],
    })
    const text = (content: string) =>
      readFileSync(join(home, 'files', sha256(content).slice(0, 2), sha256(content)), 'utf8')
    expect(Object.values(texts).map(text)).toEqual(Object.values(texts))
    rmSync(join(shop.root, 'blog'), { recursive: true })
    rmSync(join(home, 'files'), { recursive: true })
    expect((await fetch(home, commit, {}, python)).code).toBe(0)
  })

  test('takes one folder of the repository', async () => {
    const home = place()
    const commit = shop.commit('blog', { 'sub/in/app.py': 'x' })
    const files = [['in/app.py', sha256('x'), 1] as const]
    expect((await fetch(home, commit, { folder: 'sub', files })).code).toBe(0)
    expect(stored(home)).toEqual([`${sha256('x').slice(0, 2)}/${sha256('x')}`])
  })

  test('says that it has no git', async () => {
    const [home, bin] = [place(), place()]
    for (const name of ['sh', 'sync']) symlinkSync(`/bin/${name}`, join(bin, name))
    const result = await fetch(home, 'a'.repeat(40), {}, anyPython3(), { PATH: bin })
    expect([result.code, result.stderr]).toEqual([
      1,
      `this host has no git
  it is to fetch file://${shop.root}/blog by itself
  try: install it there, or leave out \`via: host\`: then files are sent from where you deploy
`,
    ])
  })

  test('says which commit it cannot have, with the last words of git', async () => {
    const home = place()
    shop.commit('blog', { 'app.py': '' })
    const result = await fetch(home, 'a'.repeat(40))
    expect([result.code, result.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^this host cannot fetch commit aaaaaaa from file:.*\n(.*\n)*.*(not our ref|no such remote ref)[\s\S]* try: on the host: git ls-remote file:/,
      ),
    ])
    expect(existsSync(join(home, 'files'))).toBe(true)
  })

  test.each<[string, Partial<FetchInput>, string]>([
    [
      'is not in the commit',
      { files: [['vendor/x', sha256('x'), 1]] },
      '"vendor/x" is not in that commit on this host',
    ],
    ['is something else', { files: [['app.py', sha256('x'), 1]] }, '"app.py" is something else in git on this host'],
  ])('refuses what %s, and keeps nothing of it', async (_, more, said) => {
    const home = place()
    const commit = shop.commit('blog', texts)
    const result = await fetch(home, commit, more)
    expect([result.code, result.stderr.split('\n')[0], stored(home)]).toEqual([1, said, []])
  })

  test('makes a mirror anew of which a killed helper has left half', async () => {
    const home = place()
    const commit = shop.commit('blog', texts)
    const name = sha256(`file://${join(shop.root, 'blog')}`).slice(0, 32)
    mkdirSync(join(home, 'git', `${name}.draft`, 'objects'), { recursive: true })
    expect((await fetch(home, commit)).code).toBe(0)
    expect(execFileSync('git', ['-C', join(home, 'git', name), 'rev-parse', 'main'], { encoding: 'utf8' }).trim()).toBe(
      commit,
    )
  })
})
