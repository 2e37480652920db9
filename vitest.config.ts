import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import LongestFirst from './test/support/longest-first.js'

/** Scripts are imported as text, as the build embeds them. */
const remoteText = {
  name: 'remote-text',
  enforce: 'pre' as const,
  transform(code: string, id: string) {
    return /\.(sh|py|bash|zsh|fish)$/.test(id)
      ? { code: `export default ${JSON.stringify(code)}`, map: null }
      : undefined
  },
}

/** These start shells, Pythons and the built program on this machine; no network, but seconds instead of milliseconds. */
const local = [
  'test/cli/**/*.test.ts',
  'test/plan/{again,many-again}.test.ts',
  'test/remote/**/*.test.ts',
  'test/run/**/*.test.ts',
  'test/shell/{sharp-edges,user}.test.ts',
  'test/source/path-tree.test.ts',
  'test/transport/{private-key,session}.test.ts',
]
/** A real sshd, real pip, real git; some go to the package index. */
const integration = ['test/integration/**/*.test.ts']
/** Values in, values out: nothing that one file could leave behind for another. */
const quick = { pool: 'threads' as const, isolate: false }
// On a loaded CI machine a key may come before its prompt: such a test gets a second try there, and is named in the output.
const patient = {
  globalSetup: ['test/support/build-once.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: process.env.CI ? 1 : 0,
}

export default defineConfig({
  plugins: [remoteText],
  test: {
    // Much of the time is spent waiting for hosts, so a machine with two cores carries two files at once.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...local, ...integration], ...quick },
      },
      { extends: true, test: { name: 'local', include: local, ...patient } },
      { extends: true, test: { name: 'integration', include: integration, ...patient } },
    ],
  },
})
