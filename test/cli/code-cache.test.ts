import { chmodSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

let home: string
beforeEach(() => {
  home = newFolder()
})
const kept = () => join(home, '.cache', 'venvoy', 'code', `${process.version}-${process.arch}`)
const env = { NODE_DISABLE_COMPILE_CACHE: '' }
const start = async (...args: readonly string[]) => (await venvoy({ args, home, env })).stdout
const times = () => Object.fromEntries(readdirSync(kept()).map((name) => [name, statSync(join(kept(), name)).mtimeMs]))

describe('what V8 made of the program', () => {
  it('is kept from one start to the next, where only the user can read and write it', async () => {
    const said = await start('--help')
    const first = times()
    expect(Object.keys(first).length).toBeGreaterThan(1)
    expect(statSync(kept()).mode & 0o777).toBe(0o700)
    const modes = readdirSync(kept()).map((name) => statSync(join(kept(), name)).mode & 0o777)
    expect(new Set(modes)).toEqual(new Set([0o600]))
    expect(await start('--help')).toBe(said)
    expect(times()).toEqual(first)
  })

  it('is made again where it is broken, and the start goes on', async () => {
    const said = await start('--help')
    const sizes = readdirSync(kept()).map((name) => readFileSync(join(kept(), name)).length)
    for (const name of readdirSync(kept())) writeFileSync(join(kept(), name), 'not what V8 made')
    expect(await start('--help')).toBe(said)
    const again = readdirSync(kept()).map((name) => readFileSync(join(kept(), name)).length)
    expect(again.every((size, at) => size > sizes[at]! / 2)).toBe(true)
  })

  it('is not believed, and not written, where others can write', async () => {
    const said = await start('--help')
    for (const name of readdirSync(kept())) writeFileSync(join(kept(), name), 'by somebody else')
    chmodSync(kept(), 0o770)
    expect(await start('--help')).toBe(said)
    expect(readdirSync(kept()).map((name) => readFileSync(join(kept(), name), 'utf8'))).toContain('by somebody else')
  })

  it('is nothing that a start stands on: a file is where the folder should be', async () => {
    writeFileSync(join(home, '.cache'), '')
    expect(await start('--help')).toMatch(/^Usage: venvoy /)
  })

  it('is left out where Node itself is told to keep none', async () => {
    await venvoy({ args: ['--help'], home, env: { NODE_DISABLE_COMPILE_CACHE: '1' } })
    expect(existsSync(join(home, '.cache'))).toBe(false)
  })

  it('goes after a month, when something new is kept, that of other versions of Node too', async () => {
    const old = join(kept(), '..', 'v18.0.0-x64')
    await mkdir(old, { recursive: true, mode: 0o700 })
    for (const [name, days] of [
      ['old', 31],
      ['new', 29],
    ] as const) {
      writeFileSync(join(old, name), '')
      utimesSync(join(old, name), new Date(), new Date(Date.now() - days * 24 * 3600 * 1000))
    }
    await start('--help')
    expect(readdirSync(old)).toEqual(['new'])
  })
})
