#!/usr/bin/env node
import { homedir } from 'node:os'
import { join } from 'node:path'
import pkg from '../../package.json' with { type: 'json' }
import { compileFromCache } from './code-cache.js'

/** The file of src/cli/main.ts in the build. */
declare const MAIN: string

const { XDG_CACHE_HOME, HOME, NODE_DISABLE_COMPILE_CACHE } = process.env
const chunks = join(__dirname, '..', 'chunks')

if (process.argv.slice(2).join(' ') === '--version') {
  // What scripts and editors ask most: nothing is loaded for it.
  process.stdout.write(`${pkg.version}\n`)
} else if (NODE_DISABLE_COMPILE_CACHE) {
  require(join(chunks, MAIN))
} else {
  const cache = XDG_CACHE_HOME || join(HOME || homedir(), '.cache')
  compileFromCache(chunks, join(cache, 'venvoy', 'code', `${process.version}-${process.arch}`))(join(chunks, MAIN))
}
