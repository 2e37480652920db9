import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callHelper, testPath } from '../remote/support/call.js'
import { contents } from '../remote/support/contents.js'
import { anyPython3, describePython } from '../remote/support/interpreters.js'
import { thinVenvs } from '../remote/support/locked.js'

const python = describePython(anyPython3())
const dieAt = resolve('test/remote/support/die_at.py')
/** How many of the places are tried; of pip's, which cost most and are much the same, never all. */
const [some, ofPip] = process.env.VENVOY_TEST_ALL ? [Number.POSITIVE_INFINITY, 10] : [6, 3]
const isOldPython = /^(2\.|3\.[67]\.)/.test(python.version)

const greets = (venv: string): string =>
  spawnSync(join(venv, 'bin/greet'), { env: { PATH: testPath }, encoding: 'utf8' }).stdout

/** Whatever has a receipt must be whole. */
function expectWhole(store: string): void {
  for (const name of readdirSync(store).filter((name) => name.startsWith('base-'))) {
    const base = join(store, name)
    if (!existsSync(join(base, '.venvoy.json'))) continue
    const told = readFileSync(join(base, '.venvoy.manifest'), 'utf8').trimEnd().split('\n')
    // It also tells empty folders, and which package a file is of.
    const manifest = told
      .map((line) => JSON.parse(line) as string[])
      .filter(([, kind]) => kind !== 'folder')
      .map((row) => JSON.stringify(row.slice(0, 3)))
    expect(
      contents(base)
        .filter((line) => !line.startsWith('[".venvoy.'))
        .sort(),
    ).toEqual(manifest.sort())
  }
  for (const folder of readdirSync(store).filter((name) => /^[0-9a-f]{16}/.test(name)))
    for (const name of readdirSync(join(store, folder)).filter((name) => !name.startsWith('.'))) {
      const venv = join(store, folder, name)
      if (existsSync(join(venv, '.venvoy.json'))) expect(greets(venv)).toBe(`hello ${venv}\n`)
    }
}

/** Places by chance, the same in every run. */
function sample(count: number, most: number): number[] {
  const tries = Math.min(count, most)
  const random = (i: number) => createHash('sha256').update(`crash ${i}`).digest().readUInt32BE(0) / 2 ** 32
  const part = count / tries
  return Array.from({ length: tries }, (_, i) => 1 + Math.floor((i + random(i)) * part))
}

describe.skipIf(isOldPython)('kill -9 at any change of the disk, in any of its processes', () => {
  const home = mkdtempSync(join(tmpdir(), 'venvoy-crash-'))
  const counter = join(home, 'counter')
  const venvs = thinVenvs(home, python)
  const serving = { fingerprint: 'ffffffffffffffff' }
  const live = join(venvs.store, serving.fingerprint, 'live')
  let served: string[]

  beforeAll(async () => {
    // It serves all the while, and brings pip along: that is walked by itself below.
    expect((await venvs.build('live', serving)).code).toBe(0)
    greets(live)
    served = contents(venvs.store).filter((line) => line.includes(serving.fingerprint))
  })
  afterAll(() => {
    rmSync(home, { recursive: true, force: true })
  })

  const watched = (limit: number, script = '') => {
    rmSync(counter, { force: true })
    const around = `${script}exec "$1" ${dieAt} ${limit} ${counter} "$3" "$4"`
    return callHelper({ ...venvs.options('blog'), around })
  }
  const forget = (...names: string[]) => {
    for (const name of readdirSync(venvs.store).filter((each) => names.some((start) => each.startsWith(start))))
      execFileSync('rm', ['-rf', join(venvs.store, name)])
  }

  async function walk(own: readonly string[], most: number): Promise<void> {
    // The first build also makes what stays, as files for locks.
    for (const _ of ['first', 'counted']) {
      forget(...own)
      expect(await watched(0)).toMatchObject({ code: 0 })
    }
    const count = statSync(counter).size
    if (process.env.VENVOY_TEST_ALL) process.stdout.write(`${count} places\n`)
    for (const place of sample(count, most)) {
      forget(...own)
      const killed = await watched(place)
      expect([place, killed.signal]).toEqual([place, 'SIGKILL'])
      expectWhole(venvs.store)
      expect(contents(venvs.store).filter((line) => line.includes(serving.fingerprint))).toEqual(served)
      const next = await venvs.build('blog')
      expect([place, next.code, next.stderr]).toEqual([place, 0, ''])
      expectWhole(venvs.store)
      expect(greets(venvs.venv('blog'))).toBe(`hello ${venvs.venv('blog')}\n`)
      expect(contents(venvs.store).filter((line) => /^\["(trash|work)\/|\.work\//.test(line))).toEqual([])
    }
  }

  // About 320, 60 and 2,000 places.
  const patience = { timeout: 7_200_000 }
  test('of a base and a thin venv on it', patience, () => walk(['0f3c9a1b2d4e5f60', 'base-0f3c9a1b2d4e5f60'], some))
  test('of a thin venv on a base that is there', patience, () => walk(['0f3c9a1b2d4e5f60'], some))
  test('of pip, unpacked and compiled', patience, () =>
    walk(['0f3c9a1b2d4e5f60', 'base-0f3c9a1b2d4e5f60', 'pip-'], ofPip),
  )
})
