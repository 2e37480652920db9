// Bundles the command line and the library into dist/, or into the folder that is named. Shared code is split out, so that
// `--version` loads next to nothing. Most libraries are bundled too: reading their many files is what a start would wait for.
// What is shared is CommonJS in dist/chunks, which both the command line and the library take: each module is there once.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { build } from 'esbuild'
import { asCommonJs, writeFacade } from './as-commonjs.mjs'

const top = join(import.meta.dirname, '..')
const [, , outdir = join(top, 'dist')] = process.argv

// Beside, and put in its place at the end: whoever runs what is there now is not disturbed in the middle.
const building = `${outdir}.${process.pid}`
/** Commander loads child_process for commands that are programs of their own. There are none here, and it takes a twentieth of a start. */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup({ onLoad }) {
    onLoad({ filter: /\/commander\/lib\/command\.js$/ }, ({ path }) => {
      const eager = "const childProcess = require('node:child_process');"
      const text = readFileSync(path, 'utf8')
      if (!text.includes(eager)) throw new Error(`${path} loads child_process in another way`)
      const lazy = "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };"
      return { contents: text.replace(eager, lazy) }
    })
  },
}
const shared = {
  absWorkingDir: top,
  bundle: true,
  platform: 'node',
  target: 'node20',
  loader: { '.sh': 'text', '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
}
const { metafile } = await build({
  ...shared,
  entryPoints: { main: 'src/cli/main.ts', index: 'src/index.ts', testing: 'src/testing/index.ts' },
  outdir: join(building, 'chunks'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  // ssh2 reads files of its own folder, jiti is loaded only for tasks in TypeScript.
  external: ['ssh2', 'jiti'],
  plugins: [lazyChildProcess],
})
const outputs = Object.entries(metafile.outputs).map(([path, output]) => ({
  ...output,
  path: relative(building, join(top, path)),
}))
const renamed = await asCommonJs(
  building,
  outputs.map(({ path }) => path),
)
const entry = (source) => outputs.find(({ entryPoint }) => entryPoint === source)
for (const [path, source] of [
  ['index.js', 'src/index.ts'],
  ['testing/index.js', 'src/testing/index.ts'],
])
  writeFacade(building, path, renamed.get(entry(source).path), entry(source).exports)
await build({
  ...shared,
  entryPoints: { main: 'src/cli/start.ts' },
  outdir: join(building, 'cli'),
  format: 'cjs',
  define: { MAIN: JSON.stringify(basename(renamed.get(entry('src/cli/main.ts').path))) },
})
writeFileSync(join(building, 'cli', 'package.json'), '{ "type": "commonjs" }\n')
writeLicenses(bundledPackages(Object.keys(metafile.inputs)))
rmSync(outdir, { recursive: true, force: true })
renameSync(building, outdir)

/** `node_modules/zod/v4/core/util.js` → `zod` */
function bundledPackages(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}

/** What is bundled travels with its license. */
function writeLicenses(names) {
  const texts = names.map((name) => {
    const folder = join(top, 'node_modules', name)
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return `${name} ${version} (${license})\n\n${licenseOf(folder)}`
  })
  writeFileSync(join(building, 'THIRD-PARTY-LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`))
}

function licenseOf(folder) {
  // `LICENSE`, `license.md`, `LICENSE-MIT.txt`
  const name = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (name === undefined) throw new Error(`${folder} has no license to travel with it`)
  return readFileSync(join(folder, name), 'utf8')
}
