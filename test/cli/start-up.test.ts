import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { built } from './support/built.js'
import { newFolder, venvoy } from './support/venvoy.js'

const files = { 'deploy.yml': 'project: blog\nhosts: { here: local }\ninstances: { staging: { hosts: [here] } }\n' }

/** Tells at the end which files were loaded, those of CommonJS: all but the files of tasks. */
const tellLoads = join(newFolder(), 'tell-loads.cjs')
writeFileSync(
  tellLoads,
  `const { writeSync } = require('node:fs')
  process.on('exit', () => Object.keys(require.cache).map((path) => writeSync(2, 'loads ' + path + '\\n')))`,
)

/** Words by which a library is known in a bundle; those that are not bundled are known by their folders. */
const known: Readonly<Record<string, RegExp>> = {
  commander: /CommanderError/,
  listr2: /ListrTaskEventManager/,
  ssh2: /node_modules\/ssh2\/|require\("ssh2"\)/,
  yaml: /YAMLParseError/,
  zod: /\$ZodType/,
}

const namesIn = (texts: readonly string[]): string[] =>
  Object.keys(known).filter((name) => texts.some((text) => known[name]!.test(text)))

/** The files that a command loads, venvoy's and others'. */
async function filesOf(...args: readonly string[]): Promise<string[]> {
  const { stderr, code } = await venvoy({ files, args, env: { NODE_OPTIONS: `--require=${tellLoads}` } })
  expect(code).toBe(0)
  // `loads /…/dist/cli/main.js`
  return [...stderr.matchAll(/^loads (.*)$/gm)]
    .map(([, path = '']) => path)
    .filter((path) => path !== tellLoads && path !== join(built, 'warm.cjs'))
}

const textsOf = (paths: readonly string[]) => paths.map((path) => readFileSync(path, 'utf8'))

it('knows the libraries in a build by their words', () => {
  const folders = ['chunks', 'cli'].map((name) => join(built, 'dist', name))
  const texts = folders.flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')))
  expect(namesIn(texts)).toEqual(Object.keys(known))
})

const loads: readonly [args: string, libraries: readonly string[]][] = [
  ['--version', []],
  ['-V', ['commander']],
  ['--help', ['commander']],
  ['list', ['commander', 'yaml', 'zod']],
  ['exec true', ['commander', 'yaml', 'zod']],
]
it.each(loads)('loads for %s no more than it needs', async (args, libraries) => {
  const paths = await filesOf(...args.split(' '))
  expect(namesIn([...paths, ...textsOf(paths)])).toEqual(libraries)
})

// What is read is what a start takes: a module that comes along unnoticed is seen here.
const sizes: readonly [args: string, kilobytes: number][] = [
  ['--version', 10],
  ['--help', 120],
  ['list', 760],
]
it.each(sizes)('reads for %s no more than %i kB of JavaScript', async (args, kilobytes) => {
  const read = textsOf(await filesOf(args)).reduce((sum, text) => sum + text.length, 0)
  expect(read).toBeGreaterThan(1000)
  expect(read).toBeLessThanOrEqual(kilobytes * 1000)
})
