import { describe, expect, test } from 'vitest'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { readConfig } from '../../src/config/read.js'
import { env, read, withInstance } from './reading.js'

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
