import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type InstanceQuestion, noQuestion } from '../../src/facts/probe.js'
import { type ProbedHome, probedHome, shells } from './probed-home.js'

let home: ProbedHome
beforeEach(async () => {
  home = await probedHome()
})
afterEach(() => home.remove())

const instance: InstanceQuestion = {
  name: 'staging',
  to: '~/apps/blog',
  home: '~/.virtualenvs',
  venvName: 'blog',
  python: '3.11',
  inputs: 'wanted',
  uv: true,
}

async function putUv(path: string, says: string): Promise<void> {
  await home.put(path, `#!/bin/sh\necho '${says}'\n`)
  await chmod(join(home.path, path), 0o755)
}

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('in $name', ({ shell }) => {
  const PATH = () => `${home.path}/.pyenv/shims:${home.path}/bin:/usr/bin:/bin`
  const uvs = async (mode: 'all' | 'if-needed', uv = true) =>
    (await home.facts(shell, { ...noQuestion, interpreters: mode, instances: [{ ...instance, uv }] }, { PATH: PATH() }))
      .uvs

  it.each(['all', 'if-needed'] as const)('finds each uv that runs, by PATH first (interpreters: %s)', async (mode) => {
    await putUv('.pyenv/shims/uv', 'uv 9.9.9')
    await putUv('bin/uv', 'uv 0.13.9 (x86_64-unknown-linux-gnu)')
    await putUv('.local/bin/uv', 'uv 0.6.0')
    await putUv('.cargo/bin/uv', 'cannot execute binary file')
    await home.put('.cache/venvoy/uv/0.9.4/uv', 'not executable')
    await putUv('.cache/venvoy/uv/0.9.5/uv', 'uv 0.9.5')
    expect(await uvs(mode)).toEqual([
      { path: `${home.path}/bin/uv`, version: '0.13.9' },
      { path: `${home.path}/.local/bin/uv`, version: '0.6.0' },
      { path: `${home.path}/.cache/venvoy/uv/0.9.5/uv`, version: '0.9.5' },
    ])
  })

  it('starts none where none is needed', async () => {
    await putUv('bin/uv', 'uv 0.13.9')
    expect(await uvs('all', false)).toBeUndefined()
  })
})
