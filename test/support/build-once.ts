import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder with a fresh build in `dist`, and `warm.cjs`: see `builtProgram`. */
    built: string
  }
}

const top = join(import.meta.dirname, '..', '..')

/** Builds the command line once for all tests that start it, in a temporary folder: never a stale dist/. */
export default function setup(project: TestProject): () => void {
  const built = mkdtempSync(join(tmpdir(), 'venvoy-built-'))
  symlinkSync(join(top, 'node_modules'), join(built, 'node_modules'))
  execFileSync(process.execPath, [join(top, 'scripts', 'build.mjs'), join(built, 'dist')])
  writeWarm(built)
  warmUp(built)
  project.provide('built', built)
  return () => rmSync(built, { recursive: true, force: true })
}

/**
 * Half of what a start takes is compiling, and each test has a new home with nothing kept in it. Loaded before the program,
 * this lets all of them take what the first one kept, from outside of their homes.
 */
function writeWarm(built: string): void {
  const [chunks, kept] = [join(built, 'dist', 'chunks'), join(built, 'code', 'kept')].map((path) =>
    JSON.stringify(path),
  )
  buildSync({
    stdin: {
      contents: `import { compileFromCache } from './code-cache.js'\ncompileFromCache(${chunks}, ${kept})`,
      resolveDir: join(top, 'src', 'cli'),
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(built, 'warm.cjs'),
  })
}

/** Only functions that ran are kept: a deploy runs most of them. */
function warmUp(built: string): void {
  const place = mkdtempSync(join(built, 'project-'))
  mkdirSync(join(place, 'app'))
  writeFileSync(join(place, 'app', 'hello.py'), '')
  writeFileSync(
    join(place, 'deploy.yml'),
    'project: p\nsource: app\nhosts: { here: local }\ninstances: { a: { hosts: [here] } }\n',
  )
  const env = { PATH: process.env.PATH, HOME: place, TMPDIR: place, NODE_DISABLE_COMPILE_CACHE: '1' }
  const program = ['--require', join(built, 'warm.cjs'), join(built, 'dist', 'cli', 'main.js')]
  execFileSync(process.execPath, [...program, 'deploy', '--all', '--yes'], { cwd: place, env, stdio: 'ignore' })
}
