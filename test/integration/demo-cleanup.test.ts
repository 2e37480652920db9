import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const program = `
import { runDemo } from './src/cli/demo.ts'
const io = { out: (text) => process.stdout.write(text), isTerminal: false, color: false, columns: 80 }
runDemo(io, [process.execPath, process.env.FAKE]).then(
  (code) => console.log('returned', code),
  (error) => console.log(error.kind + ': ' + error.message),
)`

let folder: string
let temp: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'venvoy-demo-test-'))
  await build({
    stdin: { contents: program, resolveDir: root },
    ...{
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      loader: { '.py': 'text', '.sh': 'text' },
    },
    outfile: join(folder, 'demo.cjs'),
  })
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  temp = await mkdtemp(join(folder, 'temp-'))
})

/** Runs the demo with a stand-in for venvoy's command line; `command` is its first argument. */
async function startDemo(standIn: string): Promise<ChildProcess> {
  await writeFile(join(folder, 'fake.cjs'), `const command = process.argv[2]\n${standIn}`)
  const env = { ...process.env, NODE_PATH: join(root, 'node_modules'), TMPDIR: temp, FAKE: join(folder, 'fake.cjs') }
  return spawn(process.execPath, [join(folder, 'demo.cjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Starts both apps as a deploy would, with packages of the stand-in's own. */
const deployApps = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const { execFileSync } = require('node:child_process')
if (command === 'deploy') {
  const file = readFileSync('deploy.yml', 'utf8')
  for (const [, name, port, version] of file.matchAll(/^  (blue|green): .*port: (\\d+),.*==([\\d.]+)/gm)) {
    mkdirSync(name, { recursive: true })
    writeFileSync(name + '/greeting.py', '__version__ = "' + version + '"\\ndef hello(): return "hello"\\n')
    writeFileSync(name + '/plainpage.py', 'import json\\ndef render(values): return json.dumps(values).encode()\\n')
    const env = { ...process.env, HOME: '../host', PYTHONPATH: name, PORT: port, VENVOY_INSTANCE: name }
    execFileSync('python3', ['app/app.py'], { env })
  }
}
`

it('plays to its end, starts the apps anew by the second deploy, and leaves nothing', async () => {
  const demo = await startDemo(`${deployApps}\nconsole.log(process.argv.slice(2).join(' '))`)
  const said = await text(demo.stdout!)
  expect(said.split('\n').filter((line) => /^(\$|GET|plan|deploy|run|status|returned)/.test(line))).toEqual([
    ...['$ venvoy plan', 'plan'],
    ...['$ venvoy deploy --all --yes', 'deploy --all --yes'],
    ...[expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/$/), expect.stringMatching(/^GET /)],
    ...['$ venvoy run outside inside', 'run outside inside'],
    ...['$ venvoy status', 'status'],
    ...['$ venvoy deploy --all --yes', 'deploy --all --yes'],
    'returned 0',
  ])
  expect(said.match(/"greeting": "[\d.]+"/g)).toEqual(['"greeting": "1.0"', '"greeting": "2.0"'])
  expect(await readdir(temp)).toEqual([])
})

it('ends the apps and removes its folder when a command fails', async () => {
  const demo = await startDemo(`${deployApps}\nif (command === 'run') process.exit(7)`)
  const said = await text(demo.stdout!)
  expect(said.trimEnd().split('\n').at(-1)).toBe('command: demo: venvoy run outside inside ended with exit code 7')
  for (const [url] of said.matchAll(/http:\/\/127\.0\.0\.1:\d+\/$/gm)) await expect(fetch(url)).rejects.toThrow()
  expect(await readdir(temp)).toEqual([])
})

it('gives commands a home and an env inside its folder', async () => {
  const demo = await startDemo(`
    console.log(JSON.stringify({ cwd: process.cwd(), ...process.env }))
    process.exit(1)`)
  const line = (await text(demo.stdout!)).split('\n').find((each) => each.startsWith('{')) ?? '{}'
  const { cwd, PATH, LANG, TERM, USER, LOGNAME, ...env } = JSON.parse(line)
  const you = join(cwd, '..', 'you')
  expect(env).toEqual({
    HOME: you,
    TMPDIR: join(you, 'tmp'),
    XDG_CACHE_HOME: join(you, '.cache'),
    XDG_CONFIG_HOME: join(you, '.config'),
    XDG_DATA_HOME: join(you, '.local', 'share'),
    XDG_STATE_HOME: join(you, '.local', 'state'),
    COLUMNS: '80',
    NO_COLOR: '1',
  })
})

it('stops on Ctrl-C: the running command is asked once, then everything is cleaned up', async () => {
  const demo = await startDemo(`
    process.on('SIGINT', () => {
      console.log('asked to stop')
      setTimeout(() => process.exit(130), 200)
    })
    setTimeout(() => {}, 30_000)
    console.log('working')`)
  let said = ''
  demo.stdout!.on('data', (chunk) => {
    said += chunk
  })
  await expect.poll(() => said, { timeout: 10_000 }).toContain('working\n')
  demo.kill('SIGINT')
  await once(demo, 'close')
  expect(said.split('working\n')[1]).toBe(
    '\nStopping, and cleaning up.\nasked to stop\ninterrupted: demo: interrupted\n',
  )
  expect(await readdir(temp)).toEqual([])
})
