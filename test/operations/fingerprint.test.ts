import { describe, expect, it } from 'vitest'
import type { VenvSpec } from '../../src/config/spec.js'
import type { Interpreter } from '../../src/facts/facts.js'
import { fingerprint, venvInputs } from '../../src/operations/fingerprint.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import { secret, shell } from '../../src/shell/command.js'
import { python311, requirementsOf, venvOf } from '../plan/given.js'

const text = 'django==5.1.4\ncelery==5.4\n'
const files = (...pairs: [string, string][]): RequirementsFiles => ({
  ...requirementsOf(),
  files: Object.fromEntries(pairs),
})
const base = venvInputs(venvOf(), requirementsOf(text))

describe('the inputs of a venv', () => {
  it('are 64 hexadecimal digits, always the same', () => {
    expect(base).toBe('39236dda5c7e37c461ab3092c8fb5e689c23710592557ada48ba9dbb17f6a36a')
  })

  it.each<[string, string]>([
    ['comments', '# web\ndjango==5.1.4  # the framework\ncelery==5.4'],
    ['blank lines and line ends', '\r\ndjango==5.1.4\r\n\r\n\tcelery==5.4\r\n'],
    ['the order of lines', 'celery==5.4\ndjango==5.1.4\n'],
  ])('do not change with %s', (_, other) => {
    expect(venvInputs(venvOf(), requirementsOf(other))).toBe(base)
  })

  it('do not change with the order of keys, names, hooks, or the home', () => {
    const spec = Object.fromEntries(Object.entries(venvOf()).reverse()) as unknown as VenvSpec
    expect(venvInputs({ ...spec, name: 'x', home: '/x', hooks: true }, requirementsOf(text))).toBe(base)
    const two = venvInputs(venvOf(), files(['a', '1'], ['b', '2']))
    expect(venvInputs(venvOf(), files(['b', '2'], ['a', '1']))).toBe(two)
  })

  it('do not change with credentials', () => {
    const at = (index: string) => venvInputs(venvOf({ index }), requirementsOf(`--extra-index-url ${index}\n${text}`))
    expect(at('https://ann:one@index.example.com/simple')).toBe(at('https://index.example.com/simple'))
    const told = (value: string) =>
      venvInputs(venvOf({ postInstall: [shell('login ', { word: secret('TOKEN', value) })] }), requirementsOf())
    expect(told('one')).toBe(told('two'))
  })

  it.each<[string, Partial<VenvSpec>]>([
    ['python', { python: '3.12' }],
    ['with', { with: 'virtualenv' }],
    ['system_site_packages', { systemSitePackages: true }],
    ['packages', { packages: ['gunicorn'] }],
    ['constraints', { constraints: ['constraints.txt'] }],
    ['index', { index: 'https://index.example.com' }],
    ['post_install', { postInstall: [shell('make')] }],
  ])('change with %s', (_, changes) => {
    expect(venvInputs(venvOf(changes), requirementsOf(text))).not.toBe(base)
  })

  it('change with requirements, nested ones, and pip’s arguments', () => {
    const nested = (inner: string) => files(['requirements.txt', '-r base.txt'], ['base.txt', inner])
    const all = [
      requirementsOf('django==5.1.5\ncelery==5.4\n'),
      nested('a==1'),
      nested('a==2'),
      { ...requirementsOf(text), arguments: ['-r', 'requirements.txt', 'gunicorn'] },
    ].map((each) => venvInputs(venvOf(), each))
    expect(new Set([base, ...all]).size).toBe(5)
  })

  it('change with the tree where requirements refer to it, and only there', () => {
    const inputs = (needsTree: boolean, digest: string) =>
      venvInputs(venvOf(), { ...requirementsOf(text), needsTree }, { digest })
    expect([inputs(false, 'a'), inputs(false, 'b')]).toEqual([base, base])
    expect(inputs(true, 'a')).not.toBe(inputs(true, 'b'))
  })
})

describe('a fingerprint', () => {
  const own = fingerprint(base, python311)

  it('is 16 hexadecimal digits, always the same', () => {
    expect(own).toBe('5f5579b602e489fb')
  })

  it.each<[string, Partial<Interpreter>]>([
    ['version', { version: '3.11.3' }],
    ['implementation', { implementation: 'pypy' }],
    ['abi', { abi: 'cpython-311d-x86_64-linux-gnu' }],
    ['real path', { real: '/opt/python3.11' }],
    ['platform', { platform: 'linux-aarch64' }],
  ])('changes with the interpreter’s %s', (_, changes) => {
    expect(fingerprint(base, { ...python311, ...changes })).not.toBe(own)
  })

  it('does not change with what says the same, or when the interpreter was installed', () => {
    expect(fingerprint(base, { ...python311, path: '/bin/python3', stamp: '1 2 3', hasEnsurepip: false })).toBe(own)
  })

  it('changes with the inputs', () => {
    expect(fingerprint('other', python311)).not.toBe(own)
  })
})
