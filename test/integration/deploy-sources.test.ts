import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useWorkshop } from '../source/repository.js'
import { makeRepository } from '../source/subversion.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const shop = useWorkshop()
let host: TestHost
let desk: Desk

beforeEach(async () => {
  host = await startHost('embedded')
  desk = openDesk()
})
afterEach(async () => {
  desk.remove()
  await host.stop()
})

it('deploys what comes from Subversion, behind a password of a vault, and from an archive; the second run changes nothing', async () => {
  vi.stubEnv('HOME', shop.root)
  const repo = makeRepository(shop)
  repo.commit({ 'library/lib.py': 'lib', 'trunk/app.py': 'svn' })
  repo.externals('trunk', '^/library@1 vendor')
  repo.commit({})
  const url = await repo.serve()
  shop.write('app-1.4', { 'app.py': 'archive', run: { script: '#!/bin/sh' } })
  execFileSync('tar', ['-czf', join(desk.project, 'app-1.4.tar.gz'), '-C', shop.root, 'app-1.4'])
  desk.write(
    'deploy.yml',
    `
project: p
hosts: { web1: ${JSON.stringify(desk.know(host))} }
secrets: { SVN_PASSWORD: { command: "printf 'pa$$ word\\n'" } }
instances:
  a: { hosts: [web1], source: { svn: "${url}/trunk", user: ann, password: !secret SVN_PASSWORD } }
  b: { hosts: [web1], source: { archive: app-1.4.tar.gz, strip: 1 } }
`,
  )
  const plan = await desk.venvoy('plan')
  expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('HEAD (r2)')])
  const first = await desk.venvoy('deploy', '--all', '--yes')
  expect([first.code, `${first.stdout}${first.stderr}`.includes('pa$$ word')]).toEqual([0, false])
  const text = (path: string) => readFileSync(join(host.home, 'apps', path), 'utf8')
  expect(['p-a/current/tree/app.py', 'p-a/current/tree/vendor/lib.py', 'p-b/current/tree/app.py'].map(text)).toEqual([
    'svn',
    'lib',
    'archive',
  ])
  expect((await desk.venvoy('deploy', '--all', '--yes')).stderr).toMatch(/2 unchanged in /)
})

it('deploys thousands of files, whose list is longer than a command may be told', async () => {
  const paths = Array.from({ length: 1500 }, (_, i) => `static/${i % 30}/page-${i}.html`)
  for (const path of paths) desk.write(`app/${path}`, path)
  desk.write(
    'deploy.yml',
    `
project: p
hosts: { web1: ${JSON.stringify(desk.know(host))} }
source: { path: app }
instances: { a: { hosts: [web1] } }
`,
  )
  const said = await desk.venvoy('deploy')
  expect({ code: said.code, last: said.stderr.split('\n').at(-2) }).toEqual({
    code: 0,
    last: expect.stringMatching(/^1 changed in /),
  })
  const tree = join(host.home, 'apps/p-a/current/tree')
  expect(paths.filter((path) => readFileSync(join(tree, path), 'utf8') !== path)).toEqual([])
  expect((await desk.venvoy('deploy')).stderr).toMatch(/^a@web1: unchanged\n/)
})
