import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

const files = {
  'deploy.yml': `project: blog
source: { path: app }
hosts:
  web1: local
  web2: { address: 192.0.2.2, user: deploy, port: 2222 }
groups: { web: [web1, web2] }
instances:
  staging: { hosts: [web1], port: 8001 }
  production: { hosts: [web], port: 8002 }
tasks:
  hello: { desc: Says hello, on: hosts, run: echo hello }
  role: { on: [web2], run: 'echo $ROLE' }
`,
  'app/hello.py': 'print("hello")\n',
  'tasks/more.ts': `import { task } from 'venvoy'
export const ahoy = task('Greets', async () => {})
`,
}

const said = (...args: readonly string[]) => venvoy({ files, args })

describe('venvoy list', () => {
  it('shows the tasks, instances and hosts, and contacts nobody', async () => {
    expect(await said('list')).toEqual({
      stdout: `task       on         description
hello      hosts      Says hello
role       web2
more.ahoy  instances  Greets

instance    hosts       venv             folder                  ports
staging     web1        blog-staging     ~/apps/blog-staging     8001
production  web1, web2  blog-production  ~/apps/blog-production  8002

host  address                groups
web1  this machine           web
web2  deploy@192.0.2.2:2222  web
`,
      stderr: '',
      code: 0,
    })
  })

  it('takes values from deploy.local.yml and says so, and from --set over it', async () => {
    const overlay = { ...files, 'deploy.local.yml': 'project: journal\ntasks: { hello: echo other }\n' }
    const { stdout, stderr } = await venvoy({ files: overlay, args: ['list', '--set', 'groups.web=[web2]'] })
    expect(stderr).toBe('deploy.local.yml applies over deploy.yml: project, tasks.hello\n')
    expect(stdout).toBe(`task       on         description
hello      instances
role       web2
more.ahoy  instances  Greets

instance    hosts  venv                folder                     ports
staging     web1   journal-staging     ~/apps/journal-staging     8001
production  web2   journal-production  ~/apps/journal-production  8002

host  address                groups
web1  this machine
web2  deploy@192.0.2.2:2222  web
`)
  })

  it('is a table for each with --json', async () => {
    const { stdout, stderr, code } = await said('list', '--json')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect({ stderr, code, types: events.map(({ type }) => type) }).toEqual({
      ...{ stderr: '', code: 0 },
      types: ['run:start', 'run:table', 'run:table', 'run:table', 'report'],
    })
    expect(events[2].rows).toEqual([
      { instance: 'staging', hosts: 'web1', venv: 'blog-staging', folder: '~/apps/blog-staging', ports: '8001' },
      {
        ...{ instance: 'production', hosts: 'web1, web2', venv: 'blog-production' },
        ...{ folder: '~/apps/blog-production', ports: '8002' },
      },
    ])
  })
})

describe('venvoy plan', () => {
  const staging = `staging@web1: 5 steps
  + take port 8001
  + send files of content 0e89bef
    1 file, 15 bytes; only what the host lacks is sent
  + build venv blog-staging (Python 3.X.Y)
    Python 3.X.Y: PYTHON
    installs nothing
    the first one
  + make release 1: content 0e89bef
    the first one
    1 file in ~/apps/blog-staging
  ~ switch to release 1
    nothing serves yet
`

  it('shows what a deploy would do, and does nothing', async () => {
    const home = newFolder()
    // The record of the run is kept here, not on the host.
    const env = { XDG_STATE_HOME: newFolder() }
    const planned = await venvoy({ files, home, env, args: ['plan', 'staging'] })
    expect(planned).toEqual({ stdout: staging, stderr: '1 to change\n', code: 0 })
    expect(readdirSync(home)).toEqual([])
  })

  it('is deploy --dry-run', async () => {
    expect(await said('deploy', 'stag*', '--dry-run', '--plain')).toEqual({
      stdout: staging,
      stderr: '1 to change\n',
      code: 0,
    })
  })

  it('holds the steps as values with --json', async () => {
    const { stdout } = await said('plan', '-i', 'staging', '--json')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ type }) => type)).toEqual([
      ...['run:start', 'host:connect', 'host:ready', 'instance:plan', 'instance:end', 'report'],
    ])
    expect(events[3].steps.map(({ title }: { title: string }) => title)).toEqual([
      '+ take port 8001',
      '+ send files of content 0e89bef',
      '+ build venv blog-staging (Python 3.X.Y)',
      '+ make release 1: content 0e89bef',
      '~ switch to release 1',
    ])
  })

  it('tells a host that cannot be reached from the others', async () => {
    const { stdout, stderr, code } = await said('plan', '--set', 'hosts.web2=nobody@127.0.0.1:1')
    expect(stdout.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      'staging@web1: 5 steps',
      'production@web1: 5 steps',
    ])
    expect(stderr).toMatchInlineSnapshot(`
      "web2: 127.0.0.1:1 refuses the connection
        try: ssh -v -p 1 nobody@127.0.0.1
      2 to change
      2 ok, 1 unreachable in N s
        production@web2: 127.0.0.1:1 refuses the connection
      repeat: venvoy plan --set hosts.web2=nobody@127.0.0.1:1
      logs: HOME/.local/state/venvoy/runs/ID
      "
    `)
    expect(code).toBe(3)
  })
})

describe('venvoy status', () => {
  it('says what is not deployed yet', async () => {
    expect(await said('status', '-H', 'web1')).toEqual({
      stdout: `instance    host  state         release  revision  deployed  venv             python  ports
staging     web1  not deployed                               blog-staging             8001
production  web1  not deployed                               blog-production          8002
`,
      stderr: '2 not deployed\n',
      code: 0,
    })
  })
})

describe('venvoy check', () => {
  it('says what a host has for its instances', async () => {
    const { stdout, stderr, code } = await said('check', 'staging')
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout).toMatchInlineSnapshot(`
      "host      finding
      web1  ok  logged in as USER: SYSTEM, no login shell named
      web1  ok  Python 3: 3.X.Y (PYTHON)
      web1  ok  staging: ~/apps/blog-staging can be deployed to
      web1  ok  N GB free for HOME/apps/blog-staging
      web1  ok  N GB free for HOME/.virtualenvs
      "
    `)
  })

  it('fails where something would stop a deploy', async () => {
    const { stdout, code } = await said('check', 'staging', '--set', 'venv.python=3.99')
    expect(stdout).toContain('\nweb1  PROBLEM  there is no Python 3.99 on this host\n')
    expect(code).toBe(1)
  })
})

describe('venvoy schema', () => {
  it('prints the JSON Schema of deploy.yml', async () => {
    const { stdout, stderr, code } = await venvoy({ args: ['schema'] })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    const { $schema, type, properties } = JSON.parse(stdout)
    expect([$schema, type]).toEqual(['http://json-schema.org/draft-07/schema#', 'object'])
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['project', 'hosts', 'instances', 'venv', 'tasks']))
  })
})

describe('the choice of instances', () => {
  const refusals: readonly [args: string, said: string][] = [
    [
      'deploy',
      'no instance is named, and there are several\n  there are: staging, production\n  try: name one, or say --all --yes\n',
    ],
    ['deploy --all', '--all was not confirmed\n  there are: staging, production\n  try: add --yes\n'],
    [
      'deploy -x staging',
      'no instance is named, and there are several\n  there are: staging, production\n  try: name one, or say --all --yes\n',
    ],
    [
      'venv create',
      'no instance is named, and there are several\n  there are: staging, production\n  try: name one, or say --all --yes\n',
    ],
    ['venv remove staging', 'the removal of blog-staging on web1 was not confirmed\n  try: add --yes\n'],
    ['plan staging -x web', 'no instance is left by -i staging -x web\n'],
  ]
  it.each(refusals)('refuses, with nobody to ask: venvoy %s', async (args, words) => {
    expect(await said(...args.split(' '))).toEqual({ stdout: '', stderr: words, code: 2 })
  })

  const selections: readonly [args: string, chosen: readonly string[]][] = [
    ['plan -H web1', ['staging@web1', 'production@web1']],
    ['plan -g web -x web2', ['staging@web1', 'production@web1']],
    ['plan -H web1 -x staging', ['production@web1']],
    ['deploy --dry-run --all -H web1', ['staging@web1', 'production@web1']],
    ['plan -i *ing production -H web*1', ['staging@web1', 'production@web1']],
  ]
  it.each(selections)('takes by: venvoy %s', async (args, chosen) => {
    const { stdout } = await said(...args.split(' '))
    expect(stdout.split('\n').flatMap((line) => /^(\S+): \d+ steps$/.exec(line)?.[1] ?? [])).toEqual(chosen)
  })
})
