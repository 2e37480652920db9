import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Tools {
  /** With virtualenv and virtualenvwrapper.sh. */
  readonly bin: string
  /** What people put into their start-up file. */
  readonly profile: string
  /** Runs text in a login bash of that home, as a person would who has the profile. */
  shell(home: string, text: string): Promise<void>
}

/** The real tools from the real index, in a venv of their own below the folder. */
export async function installTools(folder: string, wrapper: '4.8.4' | '6.1.1'): Promise<Tools> {
  const tools = join(folder, `tools-${wrapper}`)
  const bin = join(tools, 'bin')
  const env = { ...process.env, PIP_CACHE_DIR: join(folder, 'cache'), PIP_DISABLE_PIP_VERSION_CHECK: '1' }
  await run(findPythons()[0]!.path, ['-m', 'venv', tools])
  await run(join(bin, 'python'), ['-m', 'pip', 'install', '-q', `virtualenvwrapper==${wrapper}`], { env })
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
