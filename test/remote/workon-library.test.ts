import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { library } from '../../src/remote/library.js'

describe('the functions that travel', () => {
  const read = (name: string) =>
    readFileSync(fileURLToPath(new URL(`../../src/remote/${name}.sh`, import.meta.url)), 'utf8')
  // bash prints a function in a form of its own, whatever its comments and indentation were.
  const functions = (text: string, args: string) =>
    execFileSync('bash', ['--norc', '-c', `${text}\n${args}; declare -f`], { encoding: 'utf8' })

  it.each([
    ['workon', ['workon-find', 'workon']],
    ['workon-hooks', ['workon-find', 'workon-hooks']],
  ] as const)('are those of the files: %s', (name, files) => {
    const text = files.map(read).join('')
    expect(functions(library(name), ':')).toBe(functions(text, ':'))
    expect(functions(library(name), ':')).toContain('workon ()')
    expect(library(name)).not.toMatch(/^\s*#|^\s|\n\n/m)
  })

  it.each(['dash', 'bash', 'busybox'])('are plain sh: %s', (sh) => {
    const args = sh === 'busybox' ? ['sh', '-n'] : ['-n']
    expect(execFileSync(sh, args, { input: library('workon'), encoding: 'utf8' })).toBe('')
  })
})
