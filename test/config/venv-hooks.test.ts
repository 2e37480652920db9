import { expect, it } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { readConfig } from '../../src/config/read.js'
import { path, render } from '../../src/shell/command.js'
import { read, withInstance } from './reading.js'

const instance = (own: string, top = '') => read(withInstance(own, top)).instances[0]!

const hooksOf = (own: string, top = '') => {
  const { hooks, hookTexts = {} } = instance(own, top).venv
  const texts = Object.entries(hookTexts).map(([name, commands]) => [
    name,
    commands.map((each) => render(each, 'shell')),
  ])
  return { hooks, ...Object.fromEntries(texts) }
}

it.each<[string, string, object]>([
  ['nothing', '', { hooks: false }],
  ['yes', 'hooks: true', { hooks: true }],
  [
    'texts, which commands do not run',
    'hooks: { postactivate: export A=1 }',
    { hooks: false, postactivate: ['export A=1'] },
  ],
  [
    'texts that commands run, with values quoted',
    'hooks: { run: true, preactivate: ["echo {{ port }}", "echo {{ vars.who }}"] }',
    { hooks: true, preactivate: ['echo 8001', "echo 'a b'"] },
  ],
  ['no text, which is none', 'hooks: { postdeactivate: [] }', { hooks: false }],
])('hooks can be %s', (_, hooks, expected) => {
  expect(hooksOf(`port: 8001, vars: { who: a b }, venv: { ${hooks} }`)).toEqual(expected)
})

it('hooks of an instance take the place of those above', () => {
  const top = 'venv: { hooks: { postactivate: export A=1 } }'
  expect(hooksOf('', top)).toEqual({ hooks: false, postactivate: ['export A=1'] })
  expect(hooksOf('venv: { hooks: { predeactivate: unset A } }', top)).toEqual({
    hooks: false,
    predeactivate: ['unset A'],
  })
  expect(hooksOf('venv: { hooks: false }', top)).toEqual({ hooks: false })
})

it.each([
  ['hooks: { postactivat: x }', 'venv.hooks.postactivat: unknown key (did you mean postactivate?)'],
  ['hooks: maybe', 'venv.hooks: should be true or false'],
  ['hooks: { run: 3 }', 'venv.hooks.run: should be true or false'],
  ['hooks: { postactivate: "echo {{ secret.KEY }}" }', 'a secret can only stand in env'],
  ['project_home: projects', 'venv.project_home: should be an absolute path on the host'],
])('venv: { %s } is a mistake', (text, said) => {
  const { diagnostics } = readConfig(
    { file: 'deploy.yml', text: withInstance('', `venv: { ${text} }`) },
    { env: () => 'x' },
  )
  expect(describeDiagnostics(diagnostics)).toContain(said)
})

it('project_home is where an instance is, unless deploy.to says so, and in the env of its commands', () => {
  const top = 'venv: { project_home: ~/projects/ }'
  const { venv, to, env } = instance('', top)
  expect([venv.projectHome, to, env.PROJECT_HOME]).toEqual([
    '~/projects',
    '~/projects/blog-staging',
    path('~/projects'),
  ])
  expect(instance('deploy: { to: /srv/blog }', top).to).toBe('/srv/blog')
  expect(instance('').env.PROJECT_HOME).toBeUndefined()
})
