import { describe, expect, test } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { readConfig } from '../../src/config/read.js'
import { taskSteps, taskTargets } from '../../src/config/tasks.js'
import { render } from '../../src/shell/command.js'

const env = (name: string) => (name.startsWith('BLOG_') ? `value of ${name}` : undefined)

function read(text: string, more: { overlay?: string; sets?: readonly string[] } = {}) {
  const { overlay, sets } = more
  const texts = {
    file: 'deploy.yml',
    text,
    ...(overlay === undefined ? {} : { overlay: { file: 'deploy.local.yml', text: overlay } }),
    ...(sets === undefined ? {} : { sets }),
  }
  const { config, diagnostics, notes } = readConfig(texts, { env })
  expect(describeDiagnostics(diagnostics)).toBe('')
  return { ...config!, notes }
}

/** A file with one instance, `staging` on web1, that says this of itself. */
const withInstance = (own: string, top = '') =>
  `project: blog\n${top}\nhosts: { web1: web1.example.com }\ninstances: { staging: { hosts: [web1], ${own} } }\n`
const staging = (own: string, top = '') => read(withInstance(own, top)).instances[0]!

/** The steps of the task `t` for its first target, as the shell reads them. */
function stepsOf(text: string) {
  const config = read(text)
  const task = config.tasks.find(({ name }) => name === 't')!
  return taskSteps(config, 't', taskTargets(config, task.on)[0]!).steps
}

describe('a host', () => {
  test.each([
    ['web1:', { name: 'web1' }],
    ['web1: web1.example.com', { address: 'web1.example.com' }],
    ['web1: deploy@10.0.0.7:2222', { address: '10.0.0.7', user: 'deploy', port: 2222 }],
    ['web1: "[::1]:22"', { address: '::1', port: 22 }],
    ['web1: deploy@fe80::1%eth0', { address: 'fe80::1%eth0', user: 'deploy' }],
    [
      'web1: "{{ user }}@{{ project }}.example.com:{{ port_of_ssh }}"',
      { address: 'blog.example.com', user: 'ann', port: 2200 },
    ],
    [
      'web1: { jump: bastion.example.com:22, identity_file: ~/.ssh/id }',
      { jump: 'bastion.example.com:22', identityFile: '~/.ssh/id' },
    ],
  ])('%s', (line, expected) => {
    const { hosts } = read(`project: blog\nvars: { user: ann, port_of_ssh: 2200 }\nhosts:\n  ${line}\n`)
    const { env: _env, vars: _vars, ...said } = hosts[0]!
    expect(said).toEqual({ name: 'web1', local: false, ...expected })
  })

  test.each(['local:', 'here: local', 'here: { address: local }'])('needs no SSH: %s', (line) => {
    expect(read(`project: blog\nhosts:\n  ${line}\n`).hosts[0]).toMatchObject({ local: true })
  })

  test('local needs no entry where it is mentioned', () => {
    const { hosts, instances } = read('project: blog\ninstances: { a: { hosts: local } }')
    expect(hosts.map(({ name, local }) => ({ name, local }))).toEqual([{ name: 'local', local: true }])
    expect(instances).toHaveLength(1)
  })

  test('has its vars and env, over the top-level ones', () => {
    const { hosts } = read(
      'project: blog\nvars: { a: 1, b: "{{ instance }}" }\nhosts: { web1: { vars: { a: 2 }, env: { X: "{{ a }}" } } }',
    )
    expect(hosts[0]).toMatchObject({ vars: { a: 2 } })
    expect(hosts[0]!.env).toEqual({
      VENVOY_PROJECT: 'blog',
      VENVOY_HOST: 'web1',
      VENVOY_HOST_ADDRESS: 'web1',
      VENVOY_VAR_a: '2',
      X: '2',
    })
  })
})

test('groups hold the hosts of their groups, each once', () => {
  const { groups } = read(
    'project: blog\nhosts: { a: , b: , c: }\ngroups: { all: [web, c, a], web: [b, a], one: c, none: [] }',
  )
  expect(groups).toEqual({ all: ['b', 'a', 'c'], web: ['b', 'a'], one: ['c'], none: [] })
})

describe('an instance', () => {
  test('has defaults for all that is not said', () => {
    expect(staging('')).toMatchObject({
      project: 'blog',
      name: 'staging',
      first: true,
      ports: {},
      to: '~/apps/blog-staging',
      beforeSwitch: [],
      afterSwitch: [],
      venv: {
        name: 'blog-staging',
        python: '3',
        with: 'venv',
        requirements: [],
        requirementsGiven: false,
        packages: [],
        systemSitePackages: false,
        hooks: false,
        home: '~/.virtualenvs',
      },
    })
    expect(staging('').source).toBeUndefined()
  })

  test('is there once for each of its hosts, and first on the first', () => {
    const { instances } = read(
      'project: blog\nhosts: { a: , b: }\ngroups: { g: [b, a] }\ninstances: { x: { hosts: [g, a] } }',
    )
    expect(instances.map(({ host, first }) => [host.name, first])).toEqual([
      ['b', true],
      ['a', false],
    ])
  })

  test('a pattern stands for several', () => {
    const { instances } = read(
      'project: blog\nhosts: { a: }\ninstances: { "c-{08..10}": { hosts: a }, "{x,y}-{1..2}": { hosts: a } }',
    )
    expect(instances.map(({ name }) => name)).toEqual(['c-08', 'c-09', 'c-10', 'x-1', 'x-2', 'y-1', 'y-2'])
  })

  test('has all that {{ }} knows in its env, and its own values over the others', () => {
    const text = `
project: blog
vars: { domain: "{{ instance }}.example.com", base: 8000 }
env: { A: top, B: top, C: top, DEBUG: false, KEY: !secret BLOG_KEY }
hosts: { web1: { address: 10.0.0.7, env: { B: host, C: host } } }
venv: { home: /srv/venvs/ }
instances: { x: { hosts: [web1], port: "{{ base }}", ports: { admin: 9000 }, env: { C: "{{ domain }}:{{ port }}" } } }
`
    const { env: words, ports } = read(text).instances[0]!
    expect(words).toEqual({
      VENVOY_PROJECT: 'blog',
      VENVOY_INSTANCE: 'x',
      VENVOY_HOST: 'web1',
      VENVOY_HOST_ADDRESS: '10.0.0.7',
      PORT: '8000',
      PORT_ADMIN: '9000',
      VENVOY_VAR_domain: 'x.example.com',
      VENVOY_VAR_base: '8000',
      WORKON_HOME: { kind: 'path', text: '/srv/venvs' },
      A: 'top',
      B: 'host',
      C: 'x.example.com:8000',
      DEBUG: 'false',
      KEY: { kind: 'secret', name: 'BLOG_KEY', value: 'value of BLOG_KEY' },
    })
    expect(ports).toEqual({ port: 8000, admin: 9000 })
  })

  test.each([
    ['source: .', '', { kind: 'path', path: '.', ignore: [] }],
    ['source: { path: ., ignore: [x] }', '', { kind: 'path', path: '.', ignore: ['x'] }],
    ['source: { git: x }', '', { kind: 'git', url: 'x', ref: 'HEAD' }],
    [
      'source: { git: x, ref: 7, subdirectory: a/b }',
      'source: { ref: "{{ instance }}" }',
      { kind: 'git', url: 'x', ref: 'staging', subdirectory: 'a/b' },
    ],
    ['source: { git: x, ref: main }', 'source: .', { kind: 'path', path: '.', ignore: [] }],
    ['source: { path: . }', 'source: { git: y }', { kind: 'git', url: 'y', ref: 'HEAD' }],
  ])('takes %s with its own %j', (top, own, expected) => {
    expect(staging(own, top).source).toEqual(expected)
  })

  test.each([
    ['', '', false],
    ['system_site_packages: true', '', true],
    ['no_site_packages: false', '', true],
    ['system_site_packages: true', 'no_site_packages: true', false],
    ['no_site_packages: true', 'system_site_packages: "{{ sees }}"', true],
  ])('sees the global packages as told: %j, %j', (top, own, expected) => {
    const { venv } = staging(`venv: { ${own} }`, `vars: { sees: true }\nvenv: { ${top} }`)
    expect(venv.systemSitePackages).toBe(expected)
  })

  test.each([
    ['"3.10"', '3.10'],
    ['3.11', '3.11'],
    ['3', '3'],
    ['~/.pyenv/versions/3.12.1/bin/python', '~/.pyenv/versions/3.12.1/bin/python'],
  ])('python: %s', (written, python) => {
    expect(staging(`venv: { python: ${written} }`).venv.python).toBe(python)
  })

  test('lists may be one text, and post_install holds words', () => {
    const { venv } = staging(
      'venv: { requirements: a.txt, packages: [b, c], post_install: "touch {{ instance }} {{ a }}" }',
      'vars: { a: x y }',
    )
    expect(venv).toMatchObject({ requirements: ['a.txt'], requirementsGiven: true, packages: ['b', 'c'] })
    expect(render(venv.postInstall[0]!, 'shell')).toBe("touch staging 'x y'")
  })
})

describe('a task', () => {
  const host = 'project: blog\nhosts: { web1: }\nvars: { words: "it\'s two", n: 2 }\n'

  test.each([
    ['echo {{ words }}', `echo 'it'\\''s two'`],
    ['curl 127.0.0.1:{{ n }}/{{ host }}', 'curl 127.0.0.1:2/web1'],
    ['echo {{ n }}>log', "echo 2''>log"],
    ["docker ps --format '{{.ID}}'", "docker ps --format '{{.ID}}'"],
    ['# {{ no name }}', '# {{ no name }}'],
  ])('puts values into %j as words', (command, expected) => {
    const [step] = stepsOf(`${host}tasks: { t: { on: hosts, run: ${JSON.stringify(command)} } }`)
    expect(render(step!.command, 'shell')).toBe(expected)
  })

  test('nests what surrounds its steps', () => {
    const steps = stepsOf(`${host}tasks:
  t:
    on: hosts
    title: all
    prefix: workon blog
    cd: /srv
    env: { A: outer, B: "{{ n }}", S: !secret BLOG_S }
    timeout: 5m
    run:
      - one
      - { sudo: [two, { run: three, user: www-data }], cd: blog, env: { A: inner }, path: ~/bin, retries: 2, timeout: 1.5, title: inner }
      - { run: "four\\nfive", prefix: [a, b], shell: login, hooks: true, once: true, warn_only: true, cd: ~/x }
`)
    const secret = { kind: 'secret', name: 'BLOG_S', value: 'value of BLOG_S' }
    const outer = { env: { A: 'outer', B: '2', S: secret }, path: [], cwd: '/srv' }
    const inner = { env: { A: 'inner', B: '2', S: secret }, path: ['~/bin'], cwd: '/srv/blog' }
    const shown = steps.map(({ command, context: { prefixes, ...context }, ...step }) => {
      return {
        ...step,
        command: render(command, 'shell'),
        prefixes: prefixes.map((each) => render(each, 'shell')),
        context,
      }
    })
    const usual = { retries: 0, warnOnly: false, once: false, timeout: 300, prefixes: ['workon blog'] }
    expect(shown).toEqual([
      { ...usual, title: 'all: one', command: 'one', context: outer },
      {
        ...usual,
        title: 'all: inner: two',
        command: 'two',
        retries: 2,
        timeout: 1.5,
        context: { ...inner, user: 'root' },
      },
      {
        ...usual,
        title: 'all: inner: three',
        command: 'three',
        retries: 2,
        timeout: 1.5,
        context: { ...inner, user: 'www-data' },
      },
      {
        ...usual,
        title: 'all: four …',
        command: 'four\nfive',
        prefixes: ['workon blog', 'a', 'b'],
        warnOnly: true,
        once: true,
        context: { ...outer, cwd: '~/x', shell: 'login', hooks: true },
      },
    ])
  })

  test('runs where `on` says', () => {
    const config = read(`project: blog
hosts: { a: , b: }
groups: { g: [b] }
instances: { x: { hosts: [a, b] } }
tasks: { i: ls, h: { on: [hosts], run: ls }, g: { on: g, run: ls }, both: { on: [x, a], run: ls, desc: Both } }
`)
    const targets = config.tasks.map((task) => [
      task.name,
      taskTargets(config, task.on).map((target) =>
        'host' in target ? `${target.name}@${target.host.name}` : target.name,
      ),
    ])
    expect(Object.fromEntries(targets)).toEqual({
      i: ['x@a', 'x@b'],
      h: ['a', 'b'],
      g: ['b'],
      both: ['x@a', 'x@b', 'a'],
    })
    expect(config.tasks.map(({ name, description, on }) => [name, description, on])).toEqual([
      ['i', '', 'instances'],
      ['h', '', 'hosts'],
      ['g', '', ['g']],
      ['both', 'Both', ['x', 'a']],
    ])
  })

  test('that is unknown is an error', () => {
    const config = read(`${host}tasks: { uptime: { on: hosts, run: ls } }`)
    expect(() => taskSteps(config, 'uptme', config.hosts[0]!)).toThrow('unknown task "uptme"\n  did you mean uptime?')
  })
})

describe('what goes over the file', () => {
  const text = withInstance('port: 8001, venv: { packages: [a, b] }', 'source: { git: x, ref: main }')

  test('maps merge, lists replace, another kind of source replaces the source', () => {
    const overlay =
      'source: { path: . }\nhosts: { web1: { port: 2222 } }\ninstances: { staging: { venv: { packages: [c] } } }'
    const { instances, notes } = read(text, { overlay })
    expect(instances[0]).toMatchObject({
      source: { kind: 'path', path: '.' },
      ports: { port: 8001 },
      venv: { packages: ['c'] },
      host: { address: 'web1.example.com', port: 2222 },
    })
    expect(notes).toEqual(['deploy.local.yml applies over deploy.yml: source.path, hosts.web1, instances.staging'])
  })

  test('an empty overlay changes nothing and says nothing', () => {
    expect(read(text, { overlay: '# not yet\n' }).notes).toEqual([])
  })

  test('--set wins over both, and a name may have dots', () => {
    const overlay = 'instances: { staging: { port: 8002 } }\nhosts: { db.example.com: }'
    const sets = [
      'instances.staging.port=8003',
      'hosts.db.example.com.port=2222',
      'venv.packages=[x]',
      'env.EMPTY=',
      'source.ref=v1',
    ]
    const { instances, hosts } = read(text, { overlay, sets })
    expect(instances[0]).toMatchObject({
      ports: { port: 8003 },
      env: { EMPTY: '' },
      source: { kind: 'git', ref: 'v1' },
    })
    expect(hosts[1]).toMatchObject({ name: 'db.example.com', port: 2222 })
  })
})

describe('YAML', () => {
  test('anchors and merge keys work', () => {
    const { instances } = read(
      'project: blog\nhosts: { a: }\ninstances:\n  x: &x { hosts: a, env: { A: 1 } }\n  y: { <<: *x, port: 1 }',
    )
    expect(instances.map(({ name, ports, env: { A } }) => [name, ports, A])).toEqual([
      ['x', {}, '1'],
      ['y', { port: 1 }, '1'],
    ])
  })

  test.each([
    ['a byte order mark', '\uFEFFproject: blog'],
    ['Windows line ends', 'project: blog\r\nvars: { a: 1 }\r\n'],
    ['an explicit type', 'project: !!str 2024'],
  ])('%s is fine', (_, text) => {
    expect(read(text).project).toMatch(/blog|2024/)
  })

  test.each([
    [
      'of 10 MB',
      `project: blog\n${'# padding\n'.repeat(1_000_000)}`,
      'deploy.yml:1:1: the file has 10.0 MB; a config has at most 1 MB',
    ],
    ['that is binary', '\x7fELF\0\0\x01', 'deploy.yml:1:1: not a text file: it holds NUL bytes'],
    ['of brackets', `project: ${'['.repeat(20_000)}`, 'deploy.yml:1:1: nested too deeply'],
  ])('a file %s is refused', (_, text, expected) => {
    const { config, diagnostics } = readConfig({ file: 'deploy.yml', text }, { env })
    expect(describeDiagnostics(diagnostics).split('\n')[0]).toBe(expected)
    expect(config).toBeUndefined()
  })
})

test('a secret that is not needed may be missing', () => {
  const text = withInstance('env: { KEY: !secret NOT_SET }')
  const { config, diagnostics } = readConfig(
    { file: 'deploy.yml', text },
    { env, needsSecrets: ({ instance }) => instance !== 'staging' },
  )
  expect(diagnostics).toEqual([])
  expect(config!.instances[0]!.env.KEY).toEqual({ kind: 'secret', name: 'NOT_SET', value: '' })
})
