import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { built } from './support/built.js'
import { venvoy } from './support/venvoy.js'

const files = { 'deploy.yml': 'project: blog\nhosts: { here: local }\ninstances: { staging: { hosts: [here] } }\n' }

const asModule = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`

const hook = asModule(`
  import { writeSync } from 'node:fs'
  export async function load(url, context, next) {
    writeSync(2, 'loads ' + url + '\\n')
    return next(url, context)
  }`)
const tellLoads = asModule(`import { register } from 'node:module'; register(${JSON.stringify(hook)})`)

/** Words by which a library is known in a bundle; those that are not bundled are known by their folders. */
const known: Readonly<Record<string, RegExp>> = {
  commander: /CommanderError/,
  listr2: /ListrTaskEventManager/,
  ssh2: /node_modules\/ssh2\/|from\s*"ssh2"/,
  yaml: /YAMLParseError/,
  zod: /\$ZodType/,
}

const namesIn = (texts: readonly string[]): string[] =>
  Object.keys(known).filter((name) => texts.some((text) => known[name]!.test(text)))

/** The libraries among the modules that a command loads. */
async function librariesOf(...args: readonly string[]): Promise<string[]> {
  const { stderr, code } = await venvoy({ files, args, env: { NODE_OPTIONS: `--import=${tellLoads}` } })
  expect(code).toBe(0)
  // `loads file:///…/dist/cli/main.js`
  const urls = [...stderr.matchAll(/^loads (file:.*)$/gm)].map(([, url = '']) => url)
  return namesIn(urls.flatMap((url) => [url, readFileSync(fileURLToPath(url), 'utf8')]))
}

it('knows the libraries in a build by their words', () => {
  const folders = ['chunks', 'cli'].map((name) => join(built, 'dist', name))
  const texts = folders.flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')))
  expect(namesIn(texts)).toEqual(Object.keys(known))
})

const loads: readonly [args: string, libraries: readonly string[]][] = [
  ['--version', ['commander']],
  ['--help', ['commander']],
  ['list', ['commander', 'yaml', 'zod']],
  ['exec true', ['commander', 'yaml', 'zod']],
]
it.each(loads)('loads for %s no more than it needs', async (args, libraries) => {
  expect(await librariesOf(...args.split(' '))).toEqual(libraries)
})
