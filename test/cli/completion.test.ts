import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { atTerminal } from '../support/terminal.js'
import { builtProgram } from './support/built.js'
import { newFolder, venvoy } from './support/venvoy.js'

const folder = newFolder()
const bin = newFolder()
const home = newFolder()
const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, TERM: 'dumb' }

beforeAll(() => {
  writeFileSync(join(bin, 'venvoy'), `#!/bin/sh\nexec '${process.execPath}' ${builtProgram.join(' ')} "$@"\n`, {
    mode: 0o755,
  })
  mkdirSync(join(folder, 'tasks'))
  writeFileSync(
    join(folder, 'deploy.yml'),
    `project: blog
hosts: { web1: deploy@web1.example.com }
groups: { web: [web1] }
instances: { staging: { hosts: [web1] } }
tasks:
  hello: { desc: "Say it: hello", run: echo }
  release:
    params: { version: { required: true, help: "what: to ship" }, stage: { choices: [live, test] }, force: { type: flag } }
    run: echo
`,
  )
  writeFileSync(join(folder, 'tasks', 'db.ts'), "export const dump = task('Dump it', async (c) => {})\n")
})

/** Types a line with a Tab at its end into a real bash, and shows what became of it. */
async function inBash(typed: string): Promise<string | undefined> {
  const shown = await atTerminal({
    argv: ['bash', '--norc', '--noprofile', '-i'],
    cwd: folder,
    env: { ...env, PS1: 'ready> ' },
    columns: 200,
    script: [
      // Sourced twice, as by a profile and a bashrc.
      {
        expect: 'ready> ',
        type: 'source <(venvoy completion bash); source <(venvoy completion bash); echo so"urced"\r',
      },
      // Ctrl-A puts `printf` in front of what Tab has made of it.
      { expect: 'sourced\\s+ready> ', type: `${typed}\t\x01printf '<%s>' \r` },
      { expect: '<venvoy>.*ready> ', type: 'exit\r' },
    ],
  })
  // `<venvoy><deploy><staging>`
  return /<venvoy>(?:<[^>]*>)*/.exec(shown.screen)?.[0].replaceAll('><', ' ').slice(1, -1)
}

describe('completion in bash', () => {
  it.each([
    ['venvoy stat', 'venvoy status'],
    ['venvoy deploy st', 'venvoy deploy staging'],
    ['venvoy deploy --dr', 'venvoy deploy --dry-run'],
    ['venvoy deploy --host=w', 'venvoy deploy --host=web1'],
    ['venvoy run he', 'venvoy run hello'],
    ['venvoy run du', 'venvoy run dump'],
    ['venvoy -g ', 'venvoy -g web'],
    ['venvoy -f depl', 'venvoy -f deploy.yml'],
    ['venvoy run release --v', 'venvoy run release --version'],
    ['venvoy run release --stage=l', 'venvoy run release --stage=live'],
    ['venvoy run release --stage te', 'venvoy run release --stage test'],
    ['venvoy run release --force he', 'venvoy run release --force hello'],
    ['venvoy list sta', 'venvoy list sta'],
  ])('makes of %j: %s', async (typed, made) => {
    expect(await inBash(typed)).toBe(made)
  })

  it('does not run what is typed', async () => {
    await inBash("venvoy deploy '$(touch pwned)' `touch pwned` $(touch pwned) st\t\x15venvoy")
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })
})

const hasFish = spawnSync('fish', ['--version']).status === 0

describe.skipIf(!hasFish)('completion in fish', () => {
  const inFish = (typed: string): string[] => {
    const script = 'venvoy completion fish | source; venvoy completion fish | source; complete -C $typed'
    const said = execFileSync('fish', ['--no-config', '-c', script], { cwd: folder, env: { ...env, typed } })
    return said
      .toString()
      .split('\n')
      .filter((line) => line !== '')
  }

  it.each([
    ['venvoy stat', ['status\twhat runs where: release, revision, venv, Python']],
    ['venvoy deploy ', ['staging']],
    ['venvoy deploy --dr', ['--dry-run\tthe plan only']],
    ['venvoy run ', ['dump\tDump it', 'hello\tSay it: hello', 'release']],
    ['venvoy run release --', ['--force', '--help\twhat the task can be told', '--stage', '--version\twhat: to ship']],
    ['venvoy run release --stage ', ['live', 'test']],
    ['venvoy run release --stage=', ['--stage=live', '--stage=test']],
    ['venvoy -H ', ['web1']],
    ['venvoy -f dep', ['deploy.yml']],
    ['venvoy list ', []],
  ])('offers for %j: %j', (typed, offered) => {
    expect(
      inFish(typed)
        .map((line) => line.trimEnd())
        .sort(),
    ).toEqual(offered)
  })

  it('does not run what is typed', () => {
    inFish('venvoy deploy (touch pwned) ')
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })
})

const hasZsh = spawnSync('zsh', ['--version']).status === 0

/** Types a line with a Tab at its end into a real zsh, with its completion system, and shows what became of it. */
async function inZsh(typed: string, sourced: string): Promise<string | undefined> {
  const shown = await atTerminal({
    argv: ['zsh', '-f', '-i'],
    cwd: folder,
    env: { ...env, PS1: 'ready> ' },
    columns: 200,
    script: [
      { expect: 'ready> ', type: `autoload -Uz compinit; compinit -D -u; ${sourced}; echo so"urced"\r` },
      // Ctrl-A puts `printf` in front of what Tab has made of it.
      { expect: 'sourced\\s+.*ready> ', type: `${typed}\t\x01printf '<%s>' \r` },
      { expect: '<venvoy>.*ready> ', type: 'exit\r' },
    ],
  })
  return /<venvoy>(?:<[^>]*>)*/.exec(shown.screen)?.[0].replaceAll('><', ' ').slice(1, -1)
}

describe.skipIf(!hasZsh)('completion in zsh', () => {
  it.each([
    ['venvoy stat', 'venvoy status'],
    ['venvoy deploy st', 'venvoy deploy staging'],
    ['venvoy deploy --dr', 'venvoy deploy --dry-run'],
    ['venvoy deploy --host=w', 'venvoy deploy --host=web1'],
    ['venvoy run du', 'venvoy run dump'],
    ['venvoy run he', 'venvoy run hello'],
    ['venvoy -g ', 'venvoy -g web'],
    ['venvoy -f depl', 'venvoy -f deploy.yml'],
    ['venvoy run release --v', 'venvoy run release --version'],
    ['venvoy run release --stage=l', 'venvoy run release --stage=live'],
    ['venvoy run release --stage te', 'venvoy run release --stage test'],
    ['venvoy list sta', 'venvoy list sta'],
  ])('makes of %j: %s', async (typed, made) => {
    expect(await inZsh(typed, 'source <(venvoy completion zsh); source <(venvoy completion zsh)')).toBe(made)
  })

  it('works as a file of $fpath', async () => {
    const functions = newFolder()
    writeFileSync(join(functions, '_venvoy'), readFileSync('src/cli/completion/venvoy.zsh'))
    expect(await inZsh('venvoy run release --fo', `fpath=(${functions} $fpath); compinit -D -u`)).toBe(
      'venvoy run release --force',
    )
  })

  it('does not run what is typed', async () => {
    await inZsh(
      "venvoy deploy '$(touch pwned)' `touch pwned` $(touch pwned) st\t\x15venvoy",
      'source <(venvoy completion zsh)',
    )
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })
})

describe('the list for completion', () => {
  it('is empty where there is no file, and where nothing fits', async () => {
    const nothing = { stdout: '', stderr: '', code: 0 }
    expect(await venvoy({ args: ['__complete', '--', 'deploy', ''] })).toEqual(nothing)
    expect(await venvoy({ args: ['__complete', '--', 'frobnicate'] })).toEqual(nothing)
  })

  it('has the hosts of ssh_config where there is no file, and the file that -f names', async () => {
    const inHome = newFolder()
    mkdirSync(join(inHome, '.ssh'))
    writeFileSync(join(inHome, '.ssh', 'config'), 'Host db1 *.example.com\n')
    const files = { 'other.yml': 'hosts: { web7: }' }
    expect((await venvoy({ home: inHome, args: ['__complete', '--', 'exec', '-H', ''] })).stdout).toBe('db1\t\n')
    const args = ['__complete', '--', '-f', 'other.yml', 'exec', '-H', '']
    expect((await venvoy({ home: inHome, files, args })).stdout).toBe('web7\t\n')
  })

  it('has no script for other shells', async () => {
    const { code, stdout } = await venvoy({ args: ['completion', 'tcsh'] })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
