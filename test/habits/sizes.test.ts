import { expect, it } from 'vitest'
import { type ProjectFile, projectFiles } from './project-files.js'

const limit = 250

const tooLong = (files: readonly ProjectFile[]): string[] =>
  files
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path}: ${lines} lines`)

it('finds a file that is too long', () => {
  const lines = (count: number) => 'x\n'.repeat(count)
  expect(
    tooLong([
      { path: 'a.ts', text: lines(250) },
      { path: 'b.ts', text: lines(251) },
    ]),
  ).toEqual(['b.ts: 251 lines'])
})

it(`has no file of more than ${limit} lines`, () => {
  const files = projectFiles(['src', 'tasks'], ['.ts', '.sh', '.py'])
  expect(files.length).toBeGreaterThan(10)
  expect(tooLong(files)).toEqual([])
})
