import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

const top = join(import.meta.dirname, '..', '..', '..')

/** A fresh build of the command line in a temporary folder, for the tests of one file: never a stale dist/. */
export const built = mkdtempSync(join(tmpdir(), 'venvoy-built-'))

beforeAll(() => {
  mkdirSync(built, { recursive: true })
  symlinkSync(join(top, 'node_modules'), join(built, 'node_modules'))
  execFileSync(process.execPath, [join(top, 'scripts', 'build.mjs'), join(built, 'dist')])
})
afterAll(() => rmSync(built, { recursive: true }))
