import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { built } from '../cli/support/built.js'
import { sampleOf } from '../support/sample.js'

const run = promisify(execFile)

export interface Tools {
  /** With virtualenv and virtualenvwrapper.sh. */
  readonly bin: string
  /** What people put into their start-up file. */
  readonly profile: string
  /** Runs text in a login bash of that home, as a person would who has the profile. */
  shell(home: string, text: string): Promise<void>
}

type Version = '4.8.4' | '6.1.1'

/** One of the two, by chance another one for other tests; both with VENVOY_TEST_ALL. */
export const wrapperVersions = (tests: string): [Version, string][] =>
  sampleOf(`virtualenvwrapper: ${tests}`, [['4.8.4', tests] as [Version, string], ['6.1.1', tests]], 1)

/** The real tools from the real index, in a venv of their own, which all test files share. */
export async function installTools(wrapper: Version): Promise<Tools> {
  const tools = join(built, `tools-${wrapper}`)
  const bin = join(tools, 'bin')
  await once(`${tools}.made`, async () => {
    const env = { ...process.env, PIP_CACHE_DIR: join(built, 'cache'), PIP_DISABLE_PIP_VERSION_CHECK: '1' }
    await run(findPythons()[0]!.path, ['-m', 'venv', '--clear', tools])
    await run(join(bin, 'python'), ['-m', 'pip', 'install', '-q', `virtualenvwrapper==${wrapper}`], { env })
  })
  const profile = [
    'export WORKON_HOME="$HOME/.virtualenvs"',
    `export VIRTUALENVWRAPPER_PYTHON=${bin}/python VIRTUALENVWRAPPER_VIRTUALENV=${bin}/virtualenv`,
    `. ${bin}/virtualenvwrapper.sh`,
    '',
  ].join('\n')
  return {
    bin,
    profile,
    async shell(home, text) {
      const own = { PATH: process.env.PATH, HOME: home, TMPDIR: home }
      await run('bash', ['--norc', '-c', `${profile}${text}`], { env: own, cwd: home })
    },
  }
}

/** Lets the first of the test files that ask do it, and the others wait; where it fails, the next one tries. */
async function once(mark: string, make: () => Promise<void>): Promise<void> {
  const turn = `${mark}.turn`
  for (; !existsSync(mark); await sleep(100)) {
    try {
      mkdirSync(turn)
    } catch {
      continue
    }
    try {
      if (!existsSync(mark)) await make()
      writeFileSync(mark, '')
    } finally {
      rmdirSync(turn)
    }
  }
}

/** Pythons from 3.8 on that have the module venv, one of each version: what PATH and pyenv have. */
export function findPythons(): { path: string; version: string }[] {
  const pyenv = join(homedir(), '.pyenv/versions')
  const folders = [
    ...(existsSync(pyenv) ? readdirSync(pyenv).map((each) => join(pyenv, each, 'bin')) : []),
    ...(process.env.PATH ?? '').split(delimiter).filter((each) => !each.endsWith('/shims')),
  ]
  const found = new Map<string, string>()
  for (const version of ['3.11', '3.12', '3.10', '3.9', '3.13', '3.8']) {
    const path = folders.map((each) => join(each, `python${version}`)).find((each) => existsSync(each))
    if (path !== undefined) found.set(version, path)
  }
  return [...found].map(([version, path]) => ({ version, path }))
}
