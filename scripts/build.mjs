// Bundles the command line and the library into dist/. Shared code is split out, so that `--version` loads next to nothing.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: { 'cli/main': 'src/cli/main.ts', index: 'src/index.ts', 'testing/index': 'src/testing/index.ts' },
  outdir: 'dist',
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
