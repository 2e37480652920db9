// Bundles the command line and the library into dist/, or into the folder that is named. Shared code is split out, so that
// `--version` loads next to nothing.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const top = join(import.meta.dirname, '..')
const [, , outdir = join(top, 'dist')] = process.argv

rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: top,
  entryPoints: { 'cli/main': 'src/cli/main.ts', index: 'src/index.ts', 'testing/index': 'src/testing/index.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  chunkNames: 'chunks/[name]-[hash]',
  loader: { '.sh': 'text', '.py': 'text' },
  logLevel: 'warning',
})
