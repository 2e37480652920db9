import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
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

/** The packages that a command loads, by name; what is bundled is known by the comments that the bundler leaves. */
async function packagesOf(...args: readonly string[]): Promise<string[]> {
  const { stderr, code } = await venvoy({ files, args, env: { NODE_OPTIONS: `--import=${tellLoads}` } })
  expect(code).toBe(0)
  // `loads file:///…/dist/cli/main.js`
  const loaded = [...stderr.matchAll(/^loads (file:.*)$/gm)].map(([, url = '']) => url)
  expect(loaded.length).toBeGreaterThan(0)
  // `…/node_modules/ssh2/lib/index.js`, `// node_modules/zod/v4/core/core.js`
  const names = loaded
    .flatMap((url) => [url, ...readFileSync(fileURLToPath(url), 'utf8').split('\n')])
    .flatMap((line) => /^(?:file:.*|\/\/ .*)\bnode_modules\/([^/\s]+)/.exec(line)?.[1] ?? [])
  return [...new Set(names)].sort()
}

const loads: readonly [args: string, packages: readonly string[]][] = [
  ['--version', ['commander']],
  ['--help', ['commander']],
  ['list', ['commander', 'yaml', 'zod']],
  ['exec true', ['commander', 'p-limit', 'yaml', 'yocto-queue', 'zod']],
]
it.each(loads)('loads for %s no more than it needs', async (args, packages) => {
  expect(await packagesOf(...args.split(' '))).toEqual(packages)
})
