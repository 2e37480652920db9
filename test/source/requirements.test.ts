import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { VenvSpec } from '../../src/config/spec.js'
import type { Tree } from '../../src/operations/tree.js'
import { makeTree } from '../../src/source/make-tree.js'
import { readRequirements } from '../../src/source/requirements.js'
import { failureOf } from './repository.js'

/** A tree of texts, and of links: `{ 'l.txt': { link: 'a.txt' } }`. */
function treeOf(files: Record<string, string | Uint8Array | { link: string }>): Tree {
  const contents = new Map<string, Uint8Array>()
  const entries = Object.entries(files).map(([path, file]) => {
    if (typeof file === 'object' && 'link' in file) return { kind: 'link' as const, path, target: file.link }
    const content = Buffer.from(file)
    const digest = createHash('sha256').update(content).digest('hex')
    contents.set(digest, content)
    return { kind: 'file' as const, path, executable: false, size: content.length, digest }
  })
  return makeTree('source .', {
    entries,
    async *pieces(digest) {
      yield contents.get(digest)!
    },
  })
}

type Wanted = Partial<Pick<VenvSpec, 'requirements' | 'constraints' | 'packages'>>

async function read(files: Parameters<typeof treeOf>[0], wanted: Wanted = { requirements: ['requirements.txt'] }) {
  const notes: string[] = []
  const all = { requirements: [], constraints: [], packages: [], ...wanted }
  const result = await readRequirements(treeOf(files), all, (text) => notes.push(text))
  return { ...result, notes }
}

const nothing = { needsTree: false, notes: [] }

describe('readRequirements', () => {
  it('gives pip the files, the constraints and the packages, in this order', async () => {
    const files = { 'requirements.txt': 'django\n', 'dev.txt': 'pytest\n', 'c.txt': 'django<6\n', 'app.py': '' }
    const wanted = {
      requirements: ['requirements.txt', './dev.txt'],
      constraints: ['c.txt'],
      packages: ['gunicorn==23.0'],
    }
    expect(await read(files, wanted)).toEqual({
      ...nothing,
      files: { 'requirements.txt': 'django\n', 'dev.txt': 'pytest\n', 'c.txt': 'django<6\n' },
      arguments: ['-r', 'requirements.txt', '-r', 'dev.txt', '-c', 'c.txt', 'gunicorn==23.0'],
    })
  })

  it('asks for nothing where nothing is wanted', async () => {
    expect(await read({ 'requirements.txt': 'django' }, {})).toEqual({ ...nothing, files: {}, arguments: [] })
  })

  it('follows includes from the folder of the file that has them, each file once', async () => {
    const files = {
      'requirements/live.txt': '-r base.txt\n-c ../constraints.txt\n',
      'requirements/base.txt': '-r common/x.txt\n',
      'requirements/common/x.txt': '-c ../../constraints.txt\n',
      'constraints.txt': 'django<6\n',
      'unrelated.txt': '',
    }
    const { files: found, arguments: args } = await read(files, { requirements: ['requirements/live.txt'] })
    expect(Object.keys(found).sort()).toEqual(
      Object.keys(files)
        .filter((path) => path !== 'unrelated.txt')
        .sort(),
    )
    expect(args).toEqual(['-r', 'requirements/live.txt'])
  })

  it('reads through links, under the name that pip opens', async () => {
    const files = { 'requirements.txt': { link: 'deps/live.txt' }, deps: { link: 'v2' }, 'v2/live.txt': 'django' }
    expect((await read(files)).files).toEqual({ 'requirements.txt': 'django' })
  })

  it.each([
    ['a folder', { 'requirements.txt': './pkg', 'pkg/setup.py': '' }],
    ['the project', { 'requirements.txt': '.' }],
    ['a wheel', { 'requirements.txt': 'wheels/a.whl', 'wheels/a.whl': '' }],
    ['wheels beside the file', { 'requirements.txt': '-f wheels', 'wheels/a.whl': '' }],
    ['wheels seen from the top', { 'requirements.txt': '-r r/a.txt', 'r/a.txt': '-f wheels', 'wheels/a.whl': '' }],
  ])('knows that %s needs the tree', async (_, files: Record<string, string>) => {
    expect(await read(files)).toMatchObject({ needsTree: true, notes: [] })
  })

  it('does not need the tree for wheels that are elsewhere', async () => {
    expect(await read({ 'requirements.txt': '-f wheels' })).toMatchObject({ needsTree: false })
  })

  it('knows that a package of deploy.yml may be the project', async () => {
    const packages = { packages: ['.[live]'] }
    expect(await read({ a: '' }, packages)).toEqual({ ...nothing, needsTree: true, files: {}, arguments: ['.[live]'] })
  })

  it('installs nothing editable, and says so', async () => {
    expect(await read({ 'requirements.txt': 'django\n-e .[live]\n' })).toEqual({
      files: { 'requirements.txt': 'django\n.[live]\n' },
      arguments: ['-r', 'requirements.txt'],
      needsTree: true,
      notes: ['requirements.txt:2: installed as .[live], not editable: a release never changes'],
    })
  })
})

describe('what pip would stumble over', () => {
  it.each([
    [
      'a file that is not there',
      { 'requirments.txt': '' },
      {},
      'venv.requirements: there is no file requirements.txt in the source (did you mean requirments.txt?)',
    ],
    [
      'an include that is not there',
      { 'requirements.txt': 'django\n\n-r base.txt', a: '' },
      {},
      'requirements.txt:3: there is no file base.txt in the source (there is requirements.txt)',
    ],
    [
      'an include that is not there, from a folder',
      { 'r/live.txt': '-c ../base.txt' },
      { requirements: ['r/live.txt'] },
      'r/live.txt:1: there is no file ../base.txt (base.txt) in the source (there is r/live.txt)',
    ],
    [
      'an include from outside',
      { 'requirements.txt': '-r ../base.txt' },
      {},
      'requirements.txt:1: "../base.txt" is no file of the source',
    ],
    [
      'an absolute path',
      { a: '' },
      { constraints: ['/etc/c.txt'] },
      'venv.constraints: "/etc/c.txt" is no file of the source',
    ],
    [
      'a folder',
      { 'r/a.txt': '' },
      { requirements: ['r'] },
      'venv.requirements: there is no file r in the source (there is r/a.txt)',
    ],
    [
      'a URL',
      { 'requirements.txt': '-c https://ann:token@example.com/c.txt' },
      {},
      [
        'requirements.txt:1: requirements files behind a URL are not in this version yet',
        '  try: put the file into the project and name it here',
      ].join('\n'),
    ],
    [
      'files that include one another',
      { 'requirements.txt': '-r a.txt', 'a.txt': 'django\n-r b.txt', 'b.txt': '-r a.txt' },
      {},
      'b.txt:1: requirements files include one another\n  a.txt → b.txt → a.txt',
    ],
    [
      'a folder of the project that is not there',
      { 'requirements.txt': './pgk' },
      {},
      'requirements.txt:1: there is no ./pgk in the source',
    ],
    [
      'a folder beside the project',
      { 'requirements.txt': '-e ../lib' },
      {},
      'requirements.txt:1: there is no ../lib in the source',
    ],
    [
      'bytes that are not UTF-8',
      { 'requirements.txt': Buffer.from([0x23, 0xe9]) },
      {},
      [
        'requirements.txt: the file is not UTF-8',
        '  try: save it as UTF-8, or say `# -*- coding: latin-1 -*-` in its first line',
      ].join('\n'),
    ],
    [
      'an option among the packages',
      { a: '' },
      { packages: ['--pre'] },
      'venv.packages: not a package: "--pre"\n  try: options of pip belong into a requirements file',
    ],
    [
      'an empty package',
      { a: '' },
      { packages: [' '] },
      'venv.packages: not a package: " "\n  try: options of pip belong into a requirements file',
    ],
  ])('%s', async (_, files, wanted: Wanted, message) => {
    const all = Object.keys(wanted).length === 0 ? { requirements: ['requirements.txt'] } : wanted
    expect(await failureOf(read(files as Record<string, string>, all))).toBe(message)
  })
})
