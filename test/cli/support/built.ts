import { join } from 'node:path'
import { inject } from 'vitest'

/** The folder of a fresh build of the command line, made once for all tests (test/support/build-once.ts). */
export const built = inject('built')

/** What Node is to run for `venvoy`: with the code cache of all tests, whatever the home. */
export const builtProgram = ['--require', join(built, 'warm.cjs'), join(built, 'dist', 'cli', 'main.js')]
