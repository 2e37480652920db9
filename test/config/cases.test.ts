import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { readConfig } from '../../src/config/read.js'

/**
 * Each case is a wrong deploy.yml (`name.yml`), maybe with an overlay (`name.local.yml`) or one `--set` a line (`name.sets`), and
 * the whole text that people read (`name.txt`).
 */
const folder = new URL('./cases/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const has = (name: string) => existsSync(new URL(name, folder))

const names = readdirSync(fileURLToPath(folder))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length))

describe('a wrong deploy.yml is explained', () => {
  test.each(names)('%s', (name) => {
    const overlay = `${name}.local.yml`
    const sets = `${name}.sets`
    const { config, diagnostics } = readConfig(
      {
        file: 'deploy.yml',
        text: read(`${name}.yml`),
        ...(has(overlay) ? { overlay: { file: 'deploy.local.yml', text: read(overlay) } } : {}),
        ...(has(sets) ? { sets: read(sets).trimEnd().split('\n') } : {}),
      },
      { env: (variable) => (variable.startsWith('BLOG_') ? 'value' : undefined) },
    )
    expect(`${describeDiagnostics(diagnostics)}\n`).toBe(read(`${name}.txt`))
    expect(config).toBeUndefined()
  })

  test('every case has its text', () => {
    const cases = readdirSync(fileURLToPath(folder)).filter(
      (name) => name.endsWith('.yml') && !name.endsWith('.local.yml'),
    )
    expect(cases.map((name) => name.slice(0, -'.yml'.length)).sort()).toEqual([...names].sort())
  })
})
