import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ProjectFile, projectFiles } from './project-files.js'

/** Names that say nothing of what is inside. */
const vague = /^(utils?|helpers|misc|common|shared|lib|stuff|types|constants|manager)$/

// `export function quote`, `export async function* read`, `export const isEmpty`, `export default class X`
const values = /^export (?:default )?(?:async )?(?:abstract )?(?:function\*?|const|class) (\w+)/gm
const types = /^export (?:interface|type) (\w+)/gm

const namesIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!)

/**
 * A file with one function, class or constant to give is named for it, or for the type that it is about: they share a
 * word. `open-channel`, `ssh-channel` and `channel` all suit `openChannel`. What a file with several of them is about,
 * people must judge.
 */
function isNamedForItsExport({ path, text }: ProjectFile): boolean {
  const given = namesIn(text, values)
  if (given.length !== 1) return true
  const words = posix
    .basename(path)
    .replace(/\.\w+$/, '')
    .split('-')
    .map(stem)
  return [...given, ...namesIn(text, types)].some((name) => words.some((word) => name.toLowerCase().includes(word)))
}

// `facts` → `fact`, `entries` → `entr`, `shipping` → `shipp`: the file may be plural, or the verb's other form
const stem = (word: string): string => word.toLowerCase().replace(/(?:ies|s|ing)$/, '')

describe('the rule for names', () => {
  it.each([
    ['src/source/git-ref.ts', 'export async function gitRef() {}'],
    ['src/source/git-blobs.ts', 'export interface X {}\nexport class GitBlobs {}'],
    ['src/transport/ssh-channel.ts', 'export async function openChannel() {}'],
    ['src/plan/plan.ts', 'export interface Plan {}\nexport const isEmpty = 1'],
    ['src/source/make-tree.ts', 'export function digestOf() {}\nexport function makeTree() {}'],
  ])('likes %s with %s', (path, text) => {
    expect(isNamedForItsExport({ path, text })).toBe(true)
  })

  it.each([
    ['src/source/git-ref.ts', 'export async function resolve() {}\nfunction gitRef() {}'],
    ['src/source/tree.ts', 'export const quote = 1\nexport type Word = 1\ninterface Tree {}'],
  ])('does not like %s with %s', (path, text) => {
    expect(isNamedForItsExport({ path, text })).toBe(false)
  })

  it('knows vague names', () => {
    expect(['utils', 'helpers', 'types', 'quote', 'tree-links'].filter((name) => vague.test(name))).toEqual([
      'utils',
      'helpers',
      'types',
    ])
  })
})

describe('the source', () => {
  const files = projectFiles(['src'], ['.ts']).filter(({ path }) => !/\.d\.ts$|\/(index|main)\.ts$/.test(path))

  it('is in files named for what they export', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((file) => !isNamedForItsExport(file)).map(({ path }) => path)).toEqual([])
  })

  it('has no file with a vague name', () => {
    const names = projectFiles(['src', 'tasks'], ['.ts', '.sh', '.py']).map(({ path }) => path)
    expect(names.filter((path) => vague.test(posix.basename(path).replace(/\.\w+$/, '')))).toEqual([])
  })
})
