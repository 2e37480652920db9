import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
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
const project = (env: string, at: Desk = desk) =>
  at.write(
    'deploy.yml',
    `project: blog
source: { git: ${join(shop.root, 'blog')}, ref: main }
hosts: { web1: ${JSON.stringify(at.know(host))} }
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

it('puts templates into a release, with secrets for its user alone, and makes another where one changes', async () => {
  shop.commit('blog', { 'app.py': '1' })
  desk.write('key', 'hunter2\n')
  desk.write('conf/app.ini', 'name = {{ instance }}\nkey = {{ env.KEY }}\n')
  const rest = readFileSync(project('KEY: !secret BLOG_KEY'), 'utf8')
  const write = (text: string) =>
    desk.write(
      'deploy.yml',
      `${rest}deploy:
  templates: [{ from: conf/app.ini, to: conf/app.ini }, { text: "${text}", to: motd }]
  before_switch: [cat conf/app.ini motd]
`,
    )
  write('hello {{ project }}')
  const first = await desk.venvoy('deploy')
  const printed = ['name = staging', 'key = [BLOG_KEY]', 'hello blog'].map((line) => `staging@web1 | ${line}\n`)
  expect([first.code, first.stdout]).toEqual([0, printed.join('')])
  const file = join(host.home, 'apps/blog-staging/current/tree/conf/app.ini')
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['name = staging\nkey = hunter2\n', 0o600])
  expect((await desk.venvoy('plan', '--secrets')).stdout).toBe('staging@web1: nothing to do\n')
  write('good bye')
  expect((await desk.venvoy('plan')).stdout).toContain('    ~ template motd\n')
})

it('lets the host fetch by itself where that is said, and proves that it is the same tree', async () => {
  shop.commit('blog', { 'app.py': '1', 'conf/a.ini': '' })
  const rest = readFileSync(project(''), 'utf8')
  desk.write('deploy.yml', `${rest}deploy: { via: host }\n`)
  const plan = await desk.venvoy('plan')
  expect(plan.stdout).toMatch(
    /^ {2}\+ fetch files of main \(\w{7}\) on the host\n {4}2 files, 1 byte; .*\n {4}by its own git, from /m,
  )
  const deploy = await desk.venvoy('deploy')
  expect([deploy.code, deploy.stderr]).toEqual([0, expect.stringContaining('it has fetched 2 of 2 files by itself')])
  expect(deploy.stderr).not.toContain('send files')
  expect(readdirSync(join(host.home, '.cache/venvoy/git')).length).toBe(2)
  expect(readFileSync(join(host.home, 'apps/blog-staging/current/tree/app.py'), 'utf8')).toBe('1')
  const other = await desk.venvoy('plan', '--set', 'deploy.via=control')
  expect(other.stdout).toBe('staging@web1: nothing to do\n')
})

describe('a saved plan', () => {
  it('is applied elsewhere as it was saved, and refused when the state has moved', async () => {
    const planned = shop.commit('blog', { 'app.py': '1' })
    desk.write('key', 'hunter2\n')
    project('KEY: !secret BLOG_KEY')
    const saving = await desk.venvoy('plan', '--exit-code', '--out', 'plan.json')
    expect([saving.code, saving.stderr]).toEqual([6, expect.stringContaining('venvoy apply plan.json')])
    const file = join(desk.project, 'plan.json')
    const text = readFileSync(file, 'utf8')
    expect([statSync(file).mode & 0o777, text.includes('hunter')]).toEqual([0o600, false])

    shop.commit('blog', { 'app.py': '2' })
    const other = openDesk()
    onTestFinished(() => other.remove())
    for (const name of ['plan.json', 'key']) other.write(name, readFileSync(join(desk.project, name)))
    project('KEY: !secret BLOG_KEY', other)
    const applied = await other.venvoy('apply', 'plan.json')
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('staging@web1: changed')])
    const receipt = JSON.parse(readFileSync(join(host.home, 'apps/blog-staging/current/release.json'), 'utf8'))
    expect([receipt.commit, receipt.revision]).toEqual([planned, `main (${planned.slice(0, 7)})`])

    const again = await other.venvoy('apply', 'plan.json')
    expect([again.code, again.stdout + again.stderr]).toEqual([
      6,
      expect.stringContaining(
        'staging on web1: what was planned is not what would be done now\n  it has been switched',
      ),
    ])
    expect((await other.venvoy('plan', '--exit-code')).code).toBe(6)
    expect((await other.venvoy('plan', '--exit-code', '--ref', planned)).code).toBe(0)
  })

  it('is refused where deploy.yml has not all of it', async () => {
    project('')
    desk.write('plan.json', {
      ...{ v: 1, created: new Date().toISOString(), by: 'ann@laptop', project: 'blog', set: [] },
      targets: [
        {
          ...{ host: 'web1', instance: 'client', revision: 'r1', tree: 'd' },
          ...{ generation: 0, steps: [], digest: 'd' },
        },
      ],
    })
    const { code, stderr } = await desk.venvoy('apply', 'plan.json')
    expect([code, stderr]).toEqual([6, expect.stringContaining('  client on web1, of the project blog\n')])
  })
})
