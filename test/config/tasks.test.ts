import { describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/config/spec.js'
import { taskSteps, taskTargets } from '../../src/config/tasks.js'
import { render } from '../../src/shell/command.js'
import { read } from './reading.js'

/** The steps of the task `t` for its first target, as the shell reads them. */
function stepsOf(text: string) {
  const config = read(text)
  const task = config.tasks.find(({ name }) => name === 't')!
  return taskSteps(config, 't', taskTargets(config, task.on)[0]!).steps as readonly CommandSpec[]
}

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
    const usual = { kind: 'run', retries: 0, warnOnly: false, once: false, timeout: 300, prefixes: ['workon blog'] }
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
