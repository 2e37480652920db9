import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileWork, UploadWork } from '../../src/config/file-work.js'
import type { FileStep } from '../../src/operations/step.js'
import { emptyContext } from '../../src/shell/context.js'
import { Sources } from '../../src/source/read-sources.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, content = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

const step = (work: FileWork): FileStep => ({
  ...{ kind: 'file', title: 't', lines: [], work, context: emptyContext, folder, retries: 0, warnOnly: false },
})
const upload = (more: Partial<UploadWork>): FileStep =>
  step({ kind: 'upload', from: [], path: '/x', into: false, exclude: [], delete: false, ...more })

async function entriesOf(more: Partial<UploadWork>): Promise<string[]> {
  const [read] = await new Sources(() => undefined).read([upload(more)])
  return read!.upload!.entries.map((entry) => ('target' in entry ? `${entry.path} -> ${entry.target}` : entry.path))
}
const whatFails = async (...steps: FileStep[]) =>
  new Sources(() => undefined).read(steps).then(
    () => 'nothing',
    (error: Error) => error.message.replaceAll(folder, 'HERE'),
  )

describe('the sources of an upload', () => {
  beforeEach(() => {
    for (const path of [
      'static/a.css',
      'static/a.map',
      'static/.well-known/x',
      'static/node_modules/y',
      'b.txt',
      '.c.txt',
    ])
      write(path)
    write('static/.gitignore', '*.css\n')
    symlinkSync('a.css', join(folder, 'static/link'))
    symlinkSync('static', join(folder, 'linked'))
  })

  it.each<[Partial<UploadWork>, string[]]>([
    [
      { from: ['static/'], exclude: ['*.map', 'node_modules'] },
      ['.gitignore', '.well-known/x', 'a.css', 'link -> a.css'],
    ],
    [{ from: ['linked'], exclude: ['*.*', 'node_modules', 'link'] }, []],
    [{ from: ['b.txt'] }, ['']],
    [{ from: ['b.txt'], into: true }, ['b.txt']],
    [{ from: ['static/a.css', '*.txt'], into: true }, ['a.css', 'b.txt']],
    [{ from: ['stat*'], into: true, exclude: ['*.map', '.*', 'link'] }, ['static/a.css', 'static/node_modules/y']],
  ])('%j', async (work, entries) => {
    if (entries.length > 0) expect(await entriesOf(work)).toEqual(entries)
    else expect(await whatFails(upload(work))).toBe('upload linked: there are no files in it')
  })

  it('travel with the step when they are small, and are read once for all targets', async () => {
    const sources = new Sources(() => undefined)
    const one = () => upload({ from: ['b.txt'] })
    const [first, second] = await sources.read([one(), one()])
    expect(first!.upload).toBe(second!.upload)
    expect(Object.values(first!.upload!.inline!)).toEqual([Buffer.from('b.txt').toString('base64')])
    write('b.txt', 'x'.repeat(40_000))
    const [large] = await new Sources(() => undefined).read([one()])
    expect(large!.upload!.inline).toBeUndefined()
  })

  it('keep what can be executed so', async () => {
    chmodSync(join(folder, 'b.txt'), 0o755)
    const [read] = await new Sources(() => undefined).read([upload({ from: ['b.txt'] })])
    expect(read!.upload!.entries).toMatchObject([{ executable: true }])
  })

  it.each<[Partial<UploadWork>, string]>([
    [{ from: ['none'] }, 'none: there is no such file or folder\n  looked at HERE/none'],
    [{ from: ['*.none'] }, '*.none: matches nothing\n  looked at HERE/*.none'],
    [
      { from: ['b.txt'], delete: true },
      'upload b.txt: delete: true is for folders\n  try: leave it out, or name a folder in from:',
    ],
    [
      { from: ['b.txt', 'static/../b.txt'], into: true },
      'upload b.txt, static/../b.txt: two files would both be b.txt on the host',
    ],
  ])('are refused: %j', async (work, message) => {
    expect(await whatFails(upload(work))).toBe(message)
  })
})

describe('a template', () => {
  const template = (from: string) =>
    step({
      kind: 'template',
      path: '/x',
      text: {
        from,
        names: new Map<string, string | number>([
          ['vars.n', 2],
          ['port', 80],
        ]),
      },
    })

  it('is filled in as it stands, without quotes', async () => {
    write('t', "a='{{ n }}' {{port}}\r\n{ {{ vars.n }} }")
    const [read] = await new Sources(() => undefined).read([template('t')])
    expect(read!.work).toMatchObject({ text: ["a='", '2', "' ", '80', '\r\n{ ', '2', ' }'] })
  })

  it('is refused with all that is wrong in it, at its place', async () => {
    write('t', 'a={{ prot }}\n\n  b={{ x|y }}\n')
    expect(await whatFails(template('t'))).toBe(
      `t:1:3: {{ prot }} is not known here (did you mean port?)
  1 | a={{ prot }}
    |   ^^^^^^^^^^

t:3:5: {{ x|y }} is more than names and dots (there are no filters and no expressions)
  3 |   b={{ x|y }}
    |     ^^^^^^^^^`,
    )
    writeFileSync(join(folder, 'bytes'), Buffer.of(0xff))
    expect(await whatFails(template('bytes'))).toBe('template bytes: is not UTF-8 text\n  looked at HERE/bytes')
    expect(await whatFails(template('none'))).toBe('template none: there is no such file\n  looked at HERE/none')
  })
})
