import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileHelperSource } from '../../src/remote/file-helper.js'
import { callHelper, startHelper } from './support/call.js'
import { edgeInterpreters } from './support/interpreters.js'
import { listAll, sha256, temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const file = { create: false, absent: false, check: false }

describe.each(edgeInterpreters())('file steps with %s', (python) => {
  const call = (home: string, input: Record<string, unknown>) =>
    callHelper({ python, home, action: 'step', program: fileHelperSource(), input: { check: false, ...input } })
  /** Whether it says that something changed, and whatever else it says. */
  const step = async (home: string, input: Record<string, unknown>) => {
    const { code, events, stdout, stderr } = await call(home, input)
    const placed = events.find((event) => event.event === 'placed')
    return { code, changed: placed?.event === 'placed' && placed.changed, said: stdout + stderr }
  }
  const changed = { code: 0, changed: true, said: '' }
  const unchanged = { code: 0, changed: false, said: '' }
  const failed = (said: string) => ({ code: 1, changed: false, said })

  describe('a text', () => {
    it('is put once, with its mode, and says when it is there already', async () => {
      const home = place()
      const input = { kind: 'text', path: 'a b.conf', text: 'grün\n', mode: '640' }
      expect(await step(home, input)).toEqual(changed)
      const before = statSync(join(home, 'a b.conf'))
      expect(readFileSync(join(home, 'a b.conf'), 'utf8')).toBe('grün\n')
      expect(before.mode & 0o777).toBe(0o640)
      expect(await step(home, input)).toEqual(unchanged)
      expect(statSync(join(home, 'a b.conf'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
      expect(await step(home, { ...input, mode: '600' })).toEqual(changed)
      expect(listAll(home)).toEqual(['600 a b.conf'])
    })

    it('keeps the mode of the file that is there; a new one with a secret is nobody else’s to read', async () => {
      const home = place()
      write(join(home, 'old'), 'x')
      chmodSync(join(home, 'old'), 0o604)
      expect(await step(home, { kind: 'text', path: 'old', text: 'y', secret: true })).toEqual(changed)
      expect(await step(home, { kind: 'text', path: 'new', text: 'y', secret: true })).toEqual(changed)
      expect(await step(home, { kind: 'text', path: 'open', text: 'y', secret: false })).toEqual(changed)
      expect(listAll(home)).toEqual(['600 new', '604 old', '644 open'])
    })

    it('continues the folder of the step, and says what is in its way', async () => {
      const home = place()
      mkdirSync(join(home, 'x/y'), { recursive: true })
      expect(await step(home, { kind: 'text', cwd: '~/x', path: 'y/a', text: '' })).toEqual(changed)
      expect(await step(home, { kind: 'text', cwd: '~/x', path: 'y', text: '' })).toEqual(
        failed(
          `${home}/x/y is a folder, and a file is wanted there\n  try: name the file (${home}/x/y/NAME), or remove the folder first (absent:)\n`,
        ),
      )
      expect(await step(home, { kind: 'text', cwd: '~/no', path: 'a', text: '' })).toEqual(
        failed(`there is no folder ${home}/no\n  try: make it in a step before this one: directory: ${home}/no\n`),
      )
      expect(await step(home, { kind: 'text', path: 'a', text: '', owner: 'no-such-user' })).toEqual(
        failed('there is no user "no-such-user" on this host\n'),
      )
      expect(listAll(home)).toEqual(['755 x/', '755 x/y/', '644 x/y/a'])
    })

    it('takes the place of a link, and leaves what it led to alone', async () => {
      const home = place()
      write(join(home, 'target'), 'mine')
      symlinkSync('target', join(home, 'link'))
      expect(await step(home, { kind: 'text', path: 'link', text: 'new' })).toEqual(changed)
      expect(readFileSync(join(home, 'target'), 'utf8')).toBe('mine')
      expect(listAll(home)).toEqual(['644 link', '644 target'])
    })

    it('is only looked at with check, and shown, unless it is secret', async () => {
      const home = place()
      write(join(home, 'a'), 'one\ntwo\n')
      const input = { kind: 'text', path: 'a', text: 'one\nthree\n', check: true }
      const shown = `--- ${home}/a\n+++ ${home}/a\n@@ -2 +2 @@\n-two\n+three\n`
      expect(await step(home, input)).toEqual({ ...changed, said: shown })
      const secret = { ...changed, said: 'it holds a secret: what changes is not shown\n' }
      expect(await step(home, { ...input, secret: true })).toEqual(secret)
      const long = Array.from({ length: 40 }, (_, i) => `${i}\n`).join('')
      const { said } = await step(home, { ...input, text: long })
      expect(said.split('\n').slice(-3)).toEqual(['+14', '... and 25 more', ''])
      expect(readFileSync(join(home, 'a'), 'utf8')).toBe('one\ntwo\n')
    })
  })

  describe('a line', () => {
    it.each([
      ['is appended', 'a\n', { line: 'b' }, 'a\nb\n'],
      ['is appended behind a last line without an end', 'a', { line: 'b' }, 'a\nb\n'],
      ['is there already', 'a\nb', { line: 'b' }, undefined],
      ['replaces the one that matches', 'x=1\ny=1\n', { line: 'x=2', match: 'x=' }, 'x=2\ny=1\n'],
      ['is appended where none matches', 'y=1\n', { line: 'x=2', match: 'x=' }, 'y=1\nx=2\n'],
      ['ends as the others do', 'a\r\nb\r\n', { line: 'c', match: 'b' }, 'a\r\nc\r\n'],
      ['is gone, wherever it is', 'a\nb\na\n', { line: 'a', absent: true }, 'b\n'],
      ['is gone with what matches', 'aa\nab\nc\n', { match: 'a', absent: true }, 'c\n'],
      ['is not part of another', 'ab\n', { line: 'a' }, 'ab\na\n'],
    ])('%s', async (_, before, input, after) => {
      const home = place()
      write(join(home, 'f'), before)
      chmodSync(join(home, 'f'), 0o640)
      const result = await step(home, { kind: 'line', path: 'f', ...file, ...input })
      expect(result).toEqual(after === undefined ? unchanged : changed)
      expect(readFileSync(join(home, 'f'), 'utf8')).toBe(after ?? before)
      expect(await step(home, { kind: 'line', path: 'f', ...file, ...input })).toEqual(unchanged)
      expect(listAll(home)).toEqual(['640 f'])
    })

    it('wants to know which one is meant', async () => {
      const home = place()
      write(join(home, 'f'), 'x=1\n#x=0\n')
      const result = await step(home, { kind: 'line', path: 'f', ...file, line: 'x=2', match: 'x=' })
      expect(result).toEqual(
        failed(`2 lines of ${home}/f hold "x="\n  lines 1, 2\n  try: say more of the line that is meant in match:\n`),
      )
    })

    it('makes a file only where that is said, and needs none to be gone from', async () => {
      const home = place()
      const input = { kind: 'line', path: 'f', ...file, line: 'a' }
      const missing = `there is no file ${home}/f\n  try: say create: true if it is to be made\n`
      expect(await step(home, input)).toEqual(failed(missing))
      expect(await step(home, { ...input, absent: true })).toEqual(unchanged)
      expect(await step(home, { ...input, check: true })).toEqual({ ...changed, said: `${home}/f is not there yet\n` })
      expect(await step(home, { ...input, create: true })).toEqual(changed)
      expect(listAll(home)).toEqual(['644 f'])
    })

    it('goes through a link, as an editor does', async () => {
      const home = place()
      write(join(home, 'target'), 'a\n')
      symlinkSync('target', join(home, 'link'))
      expect(await step(home, { kind: 'line', path: 'link', ...file, line: 'b' })).toEqual(changed)
      expect(readFileSync(join(home, 'target'), 'utf8')).toBe('a\nb\n')
      expect(readlinkSync(join(home, 'link'))).toBe('target')
    })
  })

  it('puts a block between two comments, replaces it, and takes it out', async () => {
    const home = place()
    write(join(home, 'f'), 'a\n')
    const input = { kind: 'block', path: 'f', ...file, name: 'blog', comment: ';' }
    const text = () => readFileSync(join(home, 'f'), 'utf8')
    expect(await step(home, { ...input, block: 'one\ntwo' })).toEqual(changed)
    expect(text()).toBe('a\n; venvoy: blog\none\ntwo\n; venvoy: end of blog\n')
    writeFileSync(join(home, 'f'), `${text()}z\n`)
    expect(await step(home, { ...input, block: 'three\n' })).toEqual(changed)
    expect(text()).toBe('a\n; venvoy: blog\nthree\n; venvoy: end of blog\nz\n')
    expect(await step(home, { ...input, block: 'three' })).toEqual(unchanged)
    expect(await step(home, { ...input, block: '', absent: true })).toEqual(changed)
    expect(text()).toBe('a\nz\n')
    writeFileSync(join(home, 'f'), '; venvoy: blog\nx\n')
    expect(await step(home, { ...input, block: 'y' })).toEqual(
      failed(
        `the block "blog" of ${home}/f is not whole\n  it begins 1 times and ends 0 times\n  try: take the lines "; venvoy: ..." out of it by hand\n`,
      ),
    )
  })

  it('makes, changes and leaves links', async () => {
    const home = place()
    expect(await step(home, { kind: 'link', path: 'l', target: 'a' })).toEqual(changed)
    expect(await step(home, { kind: 'link', path: 'l', target: 'a' })).toEqual(unchanged)
    expect(await step(home, { kind: 'link', path: 'l', target: '~/b' })).toEqual(changed)
    expect(readlinkSync(join(home, 'l'))).toBe(join(home, 'b'))
    write(join(home, 'f'), '')
    expect((await step(home, { kind: 'link', path: 'f', target: 'a' })).said).toBe(
      `${home}/f is a file, and a link is wanted there\n  try: take another path, or remove it first (absent:)\n`,
    )
  })

  it('makes folders, with those that they are in', async () => {
    const home = place()
    expect(await step(home, { kind: 'directory', path: 'a/b', mode: '700' })).toEqual(changed)
    expect(await step(home, { kind: 'directory', path: 'a/b', mode: '0700' })).toEqual(unchanged)
    expect(await step(home, { kind: 'directory', path: 'a/b', mode: '750' })).toEqual(changed)
    expect(await step(home, { kind: 'directory', path: 'c', check: true })).toEqual(changed)
    expect(listAll(home)).toEqual(['755 a/', '750 a/b/'])
  })

  it('removes files, links and folders, but no home', async () => {
    const home = place()
    write(join(home, 'a/b/c'), '')
    symlinkSync('a', join(home, 'l'))
    expect(await step(home, { kind: 'absent', path: 'l' })).toEqual(changed)
    expect(await step(home, { kind: 'absent', path: 'a', check: true })).toEqual(changed)
    expect(listAll(home)).toEqual(['755 a/', '755 a/b/', '644 a/b/c'])
    expect(await step(home, { kind: 'absent', path: 'a' })).toEqual(changed)
    expect(await step(home, { kind: 'absent', path: 'a' })).toEqual(unchanged)
    for (const path of [home, `${home}/../${home.split('/').at(-1)}`, '/', '/etc/..', join(home, '..'), '/usr'])
      expect((await step(home, { kind: 'absent', path, check: true })).said).toContain(' is not removed\n  it is, or ')
    expect(existsSync(home)).toBe(true)
  })

  describe('an upload', () => {
    const inline = (text: string) => ({ [sha256(text)]: Buffer.from(text).toString('base64') })
    const entry = (path: string, text: string, executable = false) => ({
      ...{ path, digest: sha256(text), size: text.length, executable },
    })
    const upload = { kind: 'upload', path: 'st', exclude: [], delete: false, roots: [''] }

    it('puts files and links, and touches only what differs', async () => {
      const home = place()
      const input = {
        ...upload,
        entries: [entry('a', '1'), entry('b/c', '2', true), { path: 'l', target: 'b/c' }],
        inline: { ...inline('1'), ...inline('2') },
      }
      expect(await step(home, input)).toEqual(changed)
      expect(listAll(home)).toEqual(['755 st/', '644 st/a', '755 st/b/', '755 st/b/c', 'l -> b/c'.replace('l', 'st/l')])
      const { ino } = lstatSync(join(home, 'st/a'))
      write(join(home, 'st/b/c'), 'other')
      write(join(home, 'st/extra/x'), '')
      write(join(home, 'st/x.log'), '')
      chmodSync(join(home, 'st/a'), 0o600)
      const more = { ...input, delete: true, exclude: ['*.log'] }
      expect(await step(home, { ...more, check: true })).toEqual({
        ...changed,
        said: `write ${home}/st/b/c\nremove ${home}/st/extra/x\nremove ${home}/st/extra\n`,
      })
      expect(await step(home, more)).toEqual(changed)
      expect(await step(home, more)).toEqual(unchanged)
      expect(listAll(home).map((each) => each.replace('st/', ''))).toEqual([
        '755 ',
        '600 a',
        '755 b/',
        '755 b/c',
        'l -> b/c',
        '644 x.log',
      ])
      expect(lstatSync(join(home, 'st/a')).ino).toBe(ino)
    })

    it('puts one file to that very path, and refuses what leads outside', async () => {
      const home = place()
      const one = { ...upload, path: 'x/f', roots: [], inline: inline('1') }
      expect(await step(home, { ...one, entries: [entry('', '1')] })).toEqual(changed)
      expect(readFileSync(join(home, 'x/f'), 'utf8')).toBe('1')
      for (const path of ['../f', 'a/../../f', '/f', 'a//b'])
        expect((await step(home, { ...one, entries: [entry(path, '1')] })).said).toContain('does not stay inside')
      expect((await step(home, { ...one, path: 'x', entries: [entry('', '1')] })).said).toContain(
        'is a folder, and a file',
      )
    })

    it('leaves what was there when it is killed in between, and nothing of its own for long', async () => {
      const home = place()
      const entries = Array.from({ length: 300 }, (_, i) => entry(`f${i}`, 'new'))
      for (const { path } of entries) write(join(home, 'st', path), 'old')
      const input = { ...upload, check: false, entries, inline: inline('new') }
      const { process: child, result } = startHelper({
        python,
        home,
        action: 'step',
        program: fileHelperSource(),
        input,
      })
      const drafts = () => readdirSync(join(home, 'st')).filter((name) => name.startsWith('.venvoy-draft.'))
      while (drafts().length === 0 && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve))
      child.kill('SIGKILL')
      await result
      const contents = entries.map(({ path }) => readFileSync(join(home, 'st', path), 'utf8'))
      expect(contents.every((text) => text === 'old' || text === 'new')).toBe(true)
      const old = new Date(Date.now() - 2 * 3600 * 1000)
      for (const name of drafts()) utimesSync(join(home, 'st', name), old, old)
      expect(await step(home, input)).toEqual(changed)
      expect(new Set(entries.map(({ path }) => readFileSync(join(home, 'st', path), 'utf8')))).toEqual(new Set(['new']))
      expect(drafts()).toEqual([])
    })
  })

  describe('a download', () => {
    const download = { kind: 'download', glob: false, exclude: [], have: {} }
    const sent = async (home: string, input: Record<string, unknown>) => {
      const { stdout, stderr, events, code } = await call(home, { ...download, ...input })
      const files = events.flatMap((event) => (event.event === 'file' ? [`${event.path} ${event.same}`] : []))
      return { code, files, bytes: stdout, said: stderr }
    }

    it('names what is in a folder, sends what differs, and leaves out what is excluded', async () => {
      const home = place()
      for (const path of ['d/a', 'd/b/c', 'd/b/x.gz', 'd/.e']) write(join(home, path), `${path}\n`)
      symlinkSync('/', join(home, 'd/loop'))
      const have = { a: createHash('sha256').update('d/a\n').digest('hex'), '.e': 'other' }
      expect(await sent(home, { path: '~/d', have, exclude: ['*.gz'] })).toEqual({
        code: 0,
        files: ['.e false', 'a true', 'b/c false'],
        bytes: 'd/.e\nd/b/c\n',
        said: '',
      })
      expect((await sent(home, { path: '~/d/b/c' })).files).toEqual([' false'])
      expect((await sent(home, { path: '~/d/[ab]', glob: true })).files).toEqual([
        'a false',
        'b/c false',
        'b/x.gz false',
      ])
      expect(await sent(home, { path: '~/d/no' })).toEqual({
        ...{ code: 1, files: [], bytes: '', said: `there is nothing at ${home}/d/no\n` },
      })
    })

    it.each([
      ['a file', '~/no', false],
      ['what a glob finds', '~/no/*.gz', true],
    ])(
      'is said to be wanted where there is nothing yet, as a step before it may make it: %s',
      async (_, path, glob) => {
        const home = place()
        const said = `${path.replace('~', home)} is not there yet\n`
        expect(await step(home, { ...download, path, glob, check: true })).toEqual({ ...changed, said })
      },
    )
  })
})
