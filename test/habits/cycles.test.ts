import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ProjectFile, projectFiles } from './project-files.js'

// `import type { a } from './b.js'`, `export { a } from './b.js'`, `import './b.js'`, `import('./b.js')`
const importing = /^(?:import|export)\b[^'"`;]*?\bfrom\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm

/** The files that a file imports, those that it takes only types from included. */
function importsOf({ path, text }: ProjectFile, known: ReadonlySet<string>): string[] {
  const names = [...text.matchAll(importing)].map(([, one, two, three]) => one ?? two ?? three ?? '')
  return names
    .map((name) => posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts'))
    .filter((to) => known.has(to))
}

/** Files that import one another in a circle, each circle once: `a.ts → b.ts → a.ts`. */
function circles(files: readonly ProjectFile[]): string[] {
  const known = new Set(files.map(({ path }) => path))
  const imports = new Map(files.map((file) => [file.path, importsOf(file, known)]))
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, open: readonly string[]): void => {
    const at = open.indexOf(path)
    if (at >= 0) found.push([...open.slice(at), path].join(' → '))
    if (at >= 0 || done.has(path)) return
    for (const next of imports.get(path) ?? []) visit(next, [...open, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return found
}

describe('the rule against circles', () => {
  const a = "import { b } from './b.js'"
  it.each([
    [a, "import type { A } from './a.js'", 'src/x/a.ts → src/x/b.ts → src/x/a.ts'],
    [a, "import {\n  a,\n  type A,\n} from '../x/a.js'", 'src/x/a.ts → src/x/b.ts → src/x/a.ts'],
    [a, "export { a } from './a.js'", 'src/x/a.ts → src/x/b.ts → src/x/a.ts'],
    [a, "const a = () => import('./a.js')", 'src/x/a.ts → src/x/b.ts → src/x/a.ts'],
    ["import './a.js'", '', 'src/x/a.ts → src/x/a.ts'],
    [a, "import { a } from '../y/a.js'", undefined],
  ])('sees a: %j, b: %j', (one, two, circle) => {
    const files = [
      { path: 'src/x/a.ts', text: one },
      { path: 'src/x/b.ts', text: two },
      { path: 'src/y/a.ts', text: '' },
    ]
    expect(circles(files)).toEqual(circle === undefined ? [] : [circle])
  })
})

it('no files of the source import one another in a circle', () => {
  const files = projectFiles(['src', 'tasks'], ['.ts'])
  expect(files.length).toBeGreaterThan(100)
  expect(circles(files)).toEqual([])
})
