import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import { builtProgram } from './built.js'

interface Invocation {
  readonly args: readonly string[]
  /** The files of the project, by their paths in it. */
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** The home folder, for commands that build on each other; default: an empty one. */
  readonly home?: string
}

const top = realpathSync(mkdtempSync(join(tmpdir(), 'venvoy-cli-')))
afterAll(() => rmSync(top, { recursive: true, force: true }))

/** An empty folder, gone after the tests of the file. */
export const newFolder = (): string => mkdtempSync(join(top, 'd'))

/**
 * Runs the built command line as a person would: in the folder of a project, with nothing but PATH and a home. In what it
 * says, all that differs from one machine or run to the next is made alike.
 */
export async function venvoy(invocation: Invocation) {
  const { stdout, stderr, code, places } = await venvoyBytes(invocation)
  const text = (bytes: Buffer) => alike(bytes.toString('utf8'), places)
  return { stdout: text(stdout), stderr: text(stderr), code }
}

/** The same with the very bytes that it wrote. */
export async function venvoyBytes({ args, files = {}, env = {}, home = newFolder() }: Invocation) {
  const project = newFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  const child = spawn(process.execPath, [...builtProgram, ...args], {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: top, NODE_DISABLE_COMPILE_CACHE: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended])
  return { stdout, stderr, code, places: { [project]: 'PROJECT', [home]: 'HOME' } }
}

/**
 * `0.3 s`, `3.11.7`, `85.0 GB free`, `as USER: Linux x86_64`, `: /usr/bin/python3`, `2026-01-02T03:04:05.678Z`, `"ms":12`,
 * `runs/20260102-030405-678-k3f9`
 */
const changing: readonly (readonly [RegExp, string])[] = [
  [/\b\d+\.\d s\b/g, 'N s'],
  [/\b3\.\d+\.\d+\b/g, '3.X.Y'],
  [/\b\d+\.\d [kMGT]B free/g, 'N GB free'],
  [/(?<=as USER: )\w+ \w+/g, 'SYSTEM'],
  [/(?<=3\.X\.Y: )\/\S+/g, 'PYTHON'],
  [/\(\/\S*python\S*\)/g, '(PYTHON)'],
  [/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"'],
  [/"ms":\d+/g, '"ms":0'],
  [/(?<=\/runs\/)\d{8}-\d{6}-\d{3}-\w{4}/g, 'ID'],
]

function alike(text: string, places: Readonly<Record<string, string>>): string {
  const who = { [`${userInfo().username}@${hostname()}`]: 'USER@MACHINE', [`as ${userInfo().username}:`]: 'as USER:' }
  const named = Object.entries({ ...places, ...who }).reduce((said, [is, name]) => said.replaceAll(is, name), text)
  return changing.reduce((said, [pattern, name]) => said.replace(pattern, name), named)
}
