import { describe, expect, test } from 'vitest'
import { render } from '../../src/shell/command.js'
import { read, withInstance } from './reading.js'

const staging = (own: string, top = '') => read(withInstance(own, top)).instances[0]!

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
      shared: [],
      keep: 5,
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

  test('a password in an address shows in no log', () => {
    const own =
      'venv: { index: "https://ann:hidden@i.example.com", packages: ["a @ https://0123456789abcdef0123@b.example.com/a.whl", "c @ git+ssh://git@c.example.com/c"] }'
    const { secrets } = read(withInstance(own))
    expect([...secrets.values()].map(({ value }) => value)).toEqual(['hidden', '0123456789abcdef0123'])
  })

  test('wheels come from an index, from here, or from a folder', () => {
    const wheelsOf = (written: string) => staging(`venv: { wheels: ${written} }`).venv.wheels
    expect([wheelsOf('server'), wheelsOf('ship'), wheelsOf('"./{{ instance }}"')]).toEqual([
      'server',
      'ship',
      { folder: './staging' },
    ])
  })

  test('a lockfile may differ from instance to instance', () => {
    const { venv } = staging('venv: { lockfile: "pylock.{{ instance }}.toml", locked: require, extras: a, groups: [] }')
    expect(venv).toMatchObject({
      lockfile: 'pylock.staging.toml',
      locked: 'require',
      extras: ['a'],
      groups: [],
      requirementsGiven: false,
    })
  })
})
