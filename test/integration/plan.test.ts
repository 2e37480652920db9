import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useWorkshop } from '../source/repository.js'
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

/** deploy.yml of a project in git, whose instance has this env. */
const project = (env: string) =>
  desk.write(
    'deploy.yml',
    `project: blog
source: { git: ${join(shop.root, 'blog')}, ref: main }
hosts: { web1: ${JSON.stringify(desk.know(host))} }
venv: { locked: "off" }
secrets: { BLOG_KEY: { file: key } }
instances: { staging: { hosts: [web1], env: { ${env} } } }
`,
  )

describe('a plan', () => {
  it('says what lies between what runs and what would run: commits, files, env keys, never a secret', async () => {
    const first = shop.commit('blog', { 'app.py': '1' })
    desk.write('key', 'hunter2\n')
    project('MODE: live, KEY: !secret BLOG_KEY')
    expect((await desk.venvoy('deploy')).code).toBe(0)
    const last = shop.commit('blog', { 'app.py': '2', 'new.py': '' })
    desk.write('key', 'hunter3\n')
    project('MODE: test, KEY: !secret BLOG_KEY, NEW: 1')
    const [was, is] = [first.slice(0, 7), last.slice(0, 7)]
    const lines = (key: string) => `staging@web1: 3 steps
  + send files of main (${is})
    2 files, 1 byte; only what the host lacks is sent
  + make release 2: main (${is})
    release 1 is main (${was})
    ${was}..${is}, 1 commit:
    + ${is} more (Ann)
    2 files in ~/apps/blog-staging; 2 files changed
${key}    ~ env MODE
    + env NEW
  ~ switch to release 2
    from release 1
`
    const plan = await desk.venvoy('plan')
    expect([plan.code, plan.stdout]).toEqual([0, lines('')])
    expect(plan.stderr).toContain('not compared, because a plan fetches no secrets: KEY (venvoy plan --secrets')
    expect((await desk.venvoy('plan', '--secrets')).stdout).toBe(lines('    ~ env KEY (a secret)\n'))
    const deploy = await desk.venvoy('deploy', '-v')
    expect([deploy.code, deploy.stdout + deploy.stderr]).toEqual([0, expect.stringContaining('~ env KEY (a secret)')])
    const receipt = readFileSync(join(host.home, 'apps/blog-staging/current/release.json'), 'utf8')
    const salt = readFileSync(join(host.home, 'apps/blog-staging/.venvoy/salt'), 'utf8').trim()
    const said = [plan, deploy].map(({ stdout, stderr }) => stdout + stderr).join()
    for (const secret of ['hunter', salt]) expect([said, receipt].some((text) => text.includes(secret))).toBe(false)
    expect((await desk.venvoy('plan', '--secrets')).stdout).toBe('staging@web1: nothing to do\n')
  })
})
