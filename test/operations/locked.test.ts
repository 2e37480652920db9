import { expect, it } from 'vitest'
import type { VenvSpec } from '../../src/config/spec.js'
import { unlockedLines, unlockedNotes } from '../../src/operations/locked.js'

const listed = { files: { 'web.in': 'django\n' }, arguments: ['-r', 'web.in'], needsTree: false }
const packages = { files: {}, arguments: ['gunicorn'], needsTree: false }
const nothing = { files: { 'web.in': '# nothing\n' }, arguments: ['-r', 'web.in'], needsTree: false }
const limits = { files: { 'limits.txt': 'django<6\n' }, arguments: ['-c', 'limits.txt'], needsTree: false }
const day = 'not locked, so another day may bring other versions (venvoy lock pins them)'

it.each([
  ['what is listed', 'auto', ['web.in'], listed, [], [`web.in: ${day}`]],
  ['packages of deploy.yml', 'auto', [], packages, [], [`venv.packages: ${day}`]],
  ['what nobody wants locked', 'off', ['web.in'], listed, ['not locked, as `locked: off` says'], []],
  ['a file without requirements', 'auto', ['web.in'], nothing, [], []],
  ['limits alone', 'auto', [], limits, [], []],
] as const)('a venv of %s', (_, locked, requirements, files, lines, notes) => {
  const venv = { locked, requirements } as unknown as VenvSpec
  expect([unlockedLines(venv, files), unlockedNotes(venv, files)]).toEqual([lines, notes])
})
