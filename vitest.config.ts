import { defineConfig } from 'vitest/config'

/** The files of src/remote/ are imported as text, as the build embeds them. */
const remoteText = {
  name: 'remote-text',
  enforce: 'pre' as const,
  transform(code: string, id: string) {
    return /\.(sh|py)$/.test(id) ? { code: `export default ${JSON.stringify(code)}`, map: null } : undefined
  },
}

const shared = { environment: 'node' as const, setupFiles: [] }

export default defineConfig({
  plugins: [remoteText],
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/integration/**'] },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
