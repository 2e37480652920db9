import { posix } from 'node:path'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { type ProjectFile, placeOf, projectFiles } from './project-files.js'

/** From left to right; what shares a place does not import one another. */
const layers = [
  ['shell'],
  ['config'],
  ['facts'],
  ['lock'],
  ['operations'],
  ['plan'],
  ['source', 'transport'],
  ['run'],
  ['render'],
  ['cli'],
  ['library'],
]
const pure = ['shell', 'config', 'facts', 'lock', 'operations', 'plan']
const rank = (layer: string): number => layers.findIndex((names) => names.includes(layer))

/** All that pure code may take from elsewhere; `{ posix }` is node:path/posix by another name. */
const packagesOfPure: Readonly<Record<string, readonly string[]>> = {
  any: ['node:crypto', 'node:path/posix'],
  remote: ['node:zlib'],
  config: ['yaml', 'zod'],
  lock: ['smol-toml', '@renovatebot/pep440'],
}

/** The world, which pure code does not know. */
const world = [
  'process',
  'Date',
  'Math.random',
  'performance',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
]

/** What is no clock. */
const timeless = { 'Date.parse': 'parse', 'Date.UTC': 'UTC' }

interface Import {
  readonly place: string
  readonly clause: string
  readonly from: string
}

// `import { a } from './b.js'`, `export type { a } from './b.js'`, `import './b.js'`, `import('./b.js')`
const importing = /^(?:import|export)\b([^'"`;]*?)\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm

const importsOf = (file: ProjectFile): Import[] =>
  [...file.text.matchAll(importing)].map((match) => ({
    place: placeOf(file, match.index),
    clause: match[1]?.trim() ?? '',
    from: match[2] ?? match[3] ?? match[4] ?? '',
  }))

/** `src/shell/quote.ts` → shell; `src/errors.ts` → errors; a package → itself. */
function layerOf(path: string): string {
  const [top, folder = ''] = path.split('/')
  return top === 'src' ? folder.replace(/\.[jt]s$/, '') : (top ?? '')
}

function forbiddenImports(file: ProjectFile): string[] {
  const layer = layerOf(file.path)
  if (['index', 'testing'].includes(layer) || file.path === 'src/cli/main.ts') return []
  return importsOf(file)
    .filter(({ from, clause }) => !(from.startsWith('.') ? mayImport(file.path, from) : mayUse(layer, from, clause)))
    .map(({ place, from }) => `${place}: ${from}`)
}

function mayImport(path: string, from: string): boolean {
  const target = posix.join(posix.dirname(path), from)
  if (path.startsWith('tasks/')) return target === 'src/index.js' || target.startsWith('tasks/')
  const [own, other] = [layerOf(path), layerOf(target)]
  if (own === 'errors') return false
  if (own === 'events') return other === 'errors'
  if (own === 'remote') return other === 'remote'
  // The demo is a command that starts a host of its own; the version stands in one place.
  if (own === 'cli' && ['testing', 'package.json'].includes(other)) return true
  if (own === other || ['errors', 'events', 'remote'].includes(other)) return true
  return rank(other) >= 0 && rank(other) < rank(own)
}

function mayUse(layer: string, name: string, clause: string): boolean {
  if (layer === 'tasks') return false
  if (!pure.includes(layer) && !['errors', 'events', 'remote'].includes(layer)) return true
  if (name === 'node:path') return clause === '{ posix }'
  return packagesOfPure.any!.includes(name) || (packagesOfPure[layer] ?? []).includes(name)
}

/** Which of the world's names a pure file uses. The compiler knows which are its own, and which stand in a comment. */
function worldly({ path, text }: ProjectFile): string[] {
  if (!pure.includes(layerOf(path))) return []
  const marks = Object.fromEntries(world.map((name) => [name, `FORBIDDEN_${name.replace('.', '_')}`]))
  const { code } = transformSync(text, { loader: 'ts', define: { ...marks, ...timeless } })
  return world.filter((name) => code.includes(marks[name]!)).map((name) => `${path}: ${name}`)
}

describe('the rule for imports', () => {
  it.each([
    ['src/shell/a.ts', "import { a } from '../config/b.js'"],
    ['src/config/a.ts', "import type { A } from '../facts/b.js'"],
    ['src/config/a.ts', "export { a } from '../plan/b.js'"],
    ['src/plan/a.ts', "import {\n  a,\n  b,\n} from '../run/b.js'"],
    ['src/plan/a.ts', "const a = await import('../run/b.js')"],
    ['src/source/a.ts', "import { a } from '../transport/b.js'"],
    ['src/run/a.ts', "import { a } from '../render/b.js'"],
    ['src/render/a.ts', "import '../cli/b.js'"],
    ['src/run/a.ts', "import { a } from '../index.js'"],
    ['src/run/a.ts', "import { a } from '../testing/b.js'"],
    ['src/run/a.ts', "import { a } from '../other/b.js'"],
    ['src/cli/load.ts', "import { a } from '../index.js'"],
    ['src/errors.ts', "import { a } from './shell/quote.js'"],
    ['src/events.ts', "import { a } from './shell/quote.js'"],
    ['src/remote/a.ts', "import { a } from '../shell/quote.js'"],
    ['src/plan/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['src/plan/a.ts', "import { join } from 'node:path'"],
    ['src/plan/a.ts', "import { z } from 'zod'"],
    ['src/config/a.ts', "import pLimit from 'p-limit'"],
    ['tasks/a.ts', "import { a } from '../src/run/run.js'"],
    ['tasks/a.ts', "import { readFile } from 'node:fs/promises'"],
  ])('forbids in %s: %s', (path, text) => {
    expect(forbiddenImports({ path, text })).toHaveLength(1)
  })

  it.each([
    ['src/plan/a.ts', "import { a } from './b.js'"],
    ['src/plan/a.ts', "import { a } from '../shell/quote.js'\nimport { b } from '../errors.js'"],
    ['src/operations/a.ts', "import text from '../remote/a.sh'"],
    ['src/plan/a.ts', "import { createHash } from 'node:crypto'\nimport { posix } from 'node:path'"],
    ['src/config/a.ts', "import { z } from 'zod'"],
    ['src/transport/a.ts', "import ssh2 from 'ssh2'\nimport { a } from '../plan/plan.js'"],
    ['src/cli/load.ts', "import { a } from '../render/b.js'"],
    ['src/cli/demo.ts', "import { a } from '../testing/index.js'\nimport pkg from '../../package.json'"],
    ['src/cli/main.ts', "import { a } from '../index.js'"],
    ['src/index.ts', "import { a } from './cli/b.js'"],
    ['tasks/a.ts', "import { a } from '../src/index.js'\nimport { b } from './b.js'"],
  ])('allows in %s: %s', (path, text) => {
    expect(forbiddenImports({ path, text })).toEqual([])
  })
})

describe('the rule for pure code', () => {
  it.each([
    ['process', 'export const a = process.env.HOME'],
    ['process', 'export const a = ' + '`$' + '{process.pid}`'],
    ['Date', 'export const a = () => new Date()'],
    ['Date', 'export const a = Date.now()'],
    ['Math.random', 'export const a = Math.random()'],
    ['setTimeout', 'setTimeout(() => undefined, 1)'],
    ['console', "console.error('x')"],
  ])('forbids %s', (name, text) => {
    expect(worldly({ path: 'src/plan/a.ts', text })).toEqual([`src/plan/a.ts: ${name}`])
    expect(worldly({ path: 'src/run/a.ts', text })).toEqual([])
  })

  it('allows what only looks like it', () => {
    const text =
      "// process.env\nexport const process = 'new Date()'\nexport const a = { Date: /Math.random/, b: process, c: Date.parse('2026-01-01T00:00:00Z') }"
    expect(worldly({ path: 'src/plan/a.ts', text })).toEqual([])
  })
})

describe('the source', () => {
  const files = projectFiles(['src', 'tasks'], ['.ts']).filter(({ path }) => !path.endsWith('.d.ts'))

  it('is in folders that have a layer', () => {
    const others = ['index', 'errors', 'events', 'remote', 'testing', 'tasks']
    const known = (path: string) => others.includes(layerOf(path)) || rank(layerOf(path)) >= 0
    expect(files.map(({ path }) => path).filter((path) => !known(path))).toEqual([])
  })

  it('imports only to the left', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(files.flatMap(forbiddenImports)).toEqual([])
  })

  it('is pure where it says so', () => {
    expect(files.flatMap(worldly)).toEqual([])
  })
})
