import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from '../cli/support/venvoy.js'

const files = {
  'deploy.yml': `project: blog
source: { path: app }
hosts: { here: local }
instances:
  staging: { hosts: [here], port: 8001 }
  production: { hosts: [here], port: 8002, env: { MODE: live } }
tasks:
  where: python -c 'import os; print(os.environ["VENVOY_INSTANCE"], os.environ["PORT"], open("hello.txt").read().strip())'
`,
  'app/hello.txt': 'hello\n',
}

const home = newFolder()
const said = (...args: readonly string[]) => venvoy({ files, home, args })

describe('instances on this machine, one command after the other', () => {
  it('deploys one, step by step', async () => {
    const { stdout, stderr, code } = await said('deploy', 'staging')
    // what took its time says so when it ends
    const lines = stderr.replaceAll(/.*: ok, N s\n/g, '')
    expect({ stdout, stderr: lines, code }).toEqual({
      stdout: '',
      stderr: `here: send files of content 3900eed …
staging@here: take port 8001 …
staging@here: build venv blog-staging (Python 3.X.Y) …
staging@here: make release 1: content 3900eed …
staging@here: switch to release 1 …
staging@here: changed
1 changed in N s
`,
      code: 0,
    })
    expect(readlinkSync(join(home, 'apps', 'blog-staging', 'current'))).toBe('releases/1')
  })

  it('changes nothing the second time', async () => {
    expect(await said('deploy', 'staging')).toEqual({
      stdout: '',
      stderr: 'staging@here: unchanged\n1 unchanged in N s\n',
      code: 0,
    })
    expect(await said('plan', 'staging')).toEqual({
      stdout: 'staging@here: nothing to do\n',
      stderr: '1 with nothing to do\n',
      code: 0,
    })
  })

  it('takes all of them with --all --yes, and changes what has changed', async () => {
    const { stderr, code } = await said('deploy', '--all', '--yes', '-q')
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(readdirSync(join(home, 'apps')).sort()).toEqual(['blog-production', 'blog-staging'])
  })

  it('says what serves', async () => {
    const { stdout } = await said('status')
    const cells = stdout.split('\n').map((line) => line.split(/ {2,}/))
    const by = expect.stringMatching(/^(just now|\d minutes? ago) by USER@MACHINE$/)
    expect(cells).toEqual([
      ['instance', 'host', 'state', 'release', 'revision', 'deployed', 'venv', 'python', 'ports'],
      ['staging', 'here', 'serving', '1', 'content 3900eed', by, 'blog-staging', '3.X.Y', '8001'],
      ['production', 'here', 'serving', '1', 'content 3900eed', by, 'blog-production', '3.X.Y', '8002'],
      [''],
    ])
  })

  it('runs a task in the context of each instance', async () => {
    const { stdout, code } = await said('run', 'where')
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      'production@here | production 8002 hello',
      'staging@here    | staging 8001 hello',
    ])
    expect(code).toBe(0)
  })

  it('executes in the context of an instance', async () => {
    expect(await said('exec', '-i', 'prod*', 'echo $MODE; command -v python; pwd')).toEqual({
      stdout: expect.stringMatching(
        /^live\nHOME\/\.virtualenvs\/\.venvoy\/[0-9a-f]+\/blog-production\/bin\/python\nHOME\/apps\/blog-production\/current\/tree\n$/,
      ),
      stderr: '',
      code: 0,
    })
  })

  it('lists the venvs', async () => {
    expect((await said('venv', 'list')).stdout).toBe(`host  venv             python  made by  problem  leads to
here  blog-production  3.X.Y  venvoy            HOME/apps/blog-production/current/venv
here  blog-staging     3.X.Y  venvoy            HOME/apps/blog-staging/current/venv
`)
  })

  it('freezes a venv', async () => {
    const { code, stdout } = await said('venv', 'freeze', 'staging')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  it('does not remove a venv that serves', async () => {
    const { stderr, code } = await said('venv', 'remove', 'staging', '--yes')
    expect(stderr.split('\n')[0]).toBe('staging on here: venv blog-staging is in use')
    expect(code).toBe(1)
  })
})

it('creates a venv without a release, and removes it', async () => {
  const place = newFolder()
  const on = (...args: readonly string[]) => venvoy({ files, home: place, args })
  expect((await on('venv', 'create', 'staging', '-q')).code).toBe(0)
  expect(readdirSync(join(place, '.virtualenvs')).sort()).toEqual(['.venvoy', 'blog-staging'])
  expect((await on('venv', 'remove', 'staging', '--yes', '-q')).code).toBe(0)
  expect(readdirSync(join(place, '.virtualenvs'))).toEqual(['.venvoy'])
})
