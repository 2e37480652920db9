// Bundles the command line and the library into dist/, or into the folder that is named. Shared code is split out, so that
// `--version` loads next to nothing. Most libraries are bundled too: reading their many files is what a start would wait for.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const top = join(import.meta.dirname, '..')
const [, , outdir = join(top, 'dist')] = process.argv

// Beside, and put in its place at the end: whoever runs what is there now is not disturbed in the middle.
const building = `${outdir}.${process.pid}`
const { metafile } = await build({
  absWorkingDir: top,
  entryPoints: { 'cli/main': 'src/cli/main.ts', index: 'src/index.ts', 'testing/index': 'src/testing/index.ts' },
  outdir: building,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // ssh2 reads files of its own folder, jiti is loaded only for tasks in TypeScript.
  external: ['ssh2', 'jiti'],
  // Parts of CommonJS in a bundle want a `require`.
  banner: {
    js: "import { createRequire as venvoyRequire } from 'node:module';const require = venvoyRequire(import.meta.url);",
  },
  chunkNames: 'chunks/[name]-[hash]',
  loader: { '.sh': 'text', '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
})
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
