import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const top = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'venvoy-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The programs and task files that pages show, as files of their own. */
function examplesOf(page: string): string[] {
  const blocks = [...readFileSync(join(top, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)]
  return blocks.map(([, text = ''], i) => {
    const name = `${page.replace(/\W/g, '-')}-${i + 1}.mts`
    writeFileSync(join(folder, name), text)
    return name
  })
}

function compile(files: readonly string[]) {
  const config = {
    extends: join(top, 'tsconfig.json'),
    compilerOptions: {
      paths: { venvoy: [join(top, 'src/index.ts')], 'venvoy/testing': [join(top, 'src/testing/index.ts')] },
      typeRoots: [join(top, 'node_modules/@types')],
    },
    include: [],
    files: [...files, join(top, 'src/remote/text.d.ts')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(top, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', folder], { encoding: 'utf8' })
  return { status, stdout }
}

it('compiles the examples of the documentation', { timeout: 60_000 }, () => {
  const files = ['README.md', 'docs/library.md', 'docs/tasks.md'].flatMap(examplesOf)
  expect(files.length).toBeGreaterThan(4)
  expect(compile(files)).toEqual({ status: 0, stdout: '' })
})

it('would say what is wrong in one', { timeout: 60_000 }, () => {
  writeFileSync(join(folder, 'wrong.mts'), "import { task } from 'venvoy'\ntask('t', (c) => c.runn('ls'))\n")
  const { status, stdout } = compile(['wrong.mts'])
  expect(status).not.toBe(0)
  expect(stdout).toContain("Property 'runn' does not exist")
})
