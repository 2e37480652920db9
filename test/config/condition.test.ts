import { describe, expect, test } from 'vitest'
import { answerOf, holds, type StepResults, whyNot } from '../../src/config/condition.js'
import { factNames } from '../../src/config/facts.js'
import { isMistake, type LookUp, parseCondition } from '../../src/config/parse-condition.js'

const names: Readonly<Record<string, string | number | boolean>> = {
  instance: 'production',
  port: 8001,
  'vars.debug': false,
  version: '10',
}

const lookUp: LookUp = (name) => {
  const [first, step, field] = name.split('.')
  if (first === 'facts') return { kind: 'fact', fact: factNames[step!]! }
  if (first === 'results') return { kind: 'result', step: step!, field: field as 'ok' }
  return Object.hasOwn(names, name) ? { kind: 'value', value: names[name]! } : { message: `${name}?` }
}

const results: StepResults = new Map([
  ['up', { stdout: '3', stderr: '', code: 0, ok: true, changed: true }],
  ['down', { stdout: 'no route', stderr: 'x', code: 3, ok: false, changed: false }],
])

const facts = {
  ...{
    system: 'linux',
    os: 'debian',
    osVersion: '12',
    arch: 'x86_64',
    hostname: 'web1',
    user: 'ann',
    home: '/home/ann',
  },
  ...{ shell: '/bin/bash', isRoot: false, cpus: 4, memoryMb: null, pythons: ['3.9', '3.11'], sudo: true },
}

function read(text: string): boolean | string {
  const condition = parseCondition(text, lookUp)
  return isMistake(condition)
    ? `${condition.message} at ${condition.start}-${condition.end}${condition.hint ? `: ${condition.hint}` : ''}`
    : holds(condition, { results, facts })
}

describe('a condition', () => {
  test.each([
    ['instance == "production"', true],
    ["instance != 'production'", false],
    ['port > 8000 and port <= 8001', true],
    ['port < 8001', false],
    ['port >= 8002', false],
    ['vars.debug', false],
    ['not vars.debug', true],
    ['not vars.debug and port', true],
    ['not (vars.debug or port)', false],
    ['vars.debug and port or port', true],
    ['vars.debug and (port or port)', false],
    ['port in [80, 8001]', true],
    ['port not in [80, 443]', true],
    ['instance in ["a", "production"]', true],
    ['[]', false],
    ['port in []', false],
    ['"prod" in instance', true],
    ['results.up.ok', true],
    ['results.up.stdout == 3', true],
    ['results.up.stdout == "3"', true],
    ['results.up.stdout < 10', true],
    ['version < "9"', true],
    ['version > 9', true],
    ['results.down.code in [3, 4] and "route" in results.down.stdout', true],
    ['results.never.ok', false],
    ['results.never.code == null', true],
    ['results.never.code < 1', false],
    ['results.never.code >= 0', false],
    ['true == true and false != true', true],
    ['-1 < 0', true],
    ["'and' == 'and'", true],
    ['facts.os == "debian" and facts.os_version >= 9 and not facts.is_root', true],
    ['"3.11" in facts.pythons and "3.1" not in facts.pythons', true],
    ['facts.cpus > 2 and facts.sudo', true],
    ['facts.memory_mb > 1 or facts.memory_mb <= 1', false],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  test.each([
    ['', 'something is missing at the end at 0-0'],
    ['port ==', 'something is missing at the end at 7-7'],
    ['port == == 3', 'a value is missing before == at 8-10'],
    ['and port', 'a value is missing before and at 0-3'],
    ['port 3', '3 is one too many at 5-6'],
    ['(port', 'this bracket is not closed at 0-1'],
    ['port in [1, 2', 'this list is not closed at 8-9'],
    ['port in [1 2]', 'this list is not closed at 8-9'],
    ['port not 3', 'in is missing behind not at 9-10'],
    ['len(port) > 3', 'there are no functions in a condition at 0-3'],
    ['"a"(3)', 'there are no functions in a condition at 3-4'],
    ['prot == 1', 'prot? at 0-4'],
    ['{{ port }} == 1', '{{ is not known in a condition at 0-2: names stand without braces here'],
    ['port && port', '&& is not known in a condition at 5-7: write and'],
    ['port || port', '|| is not known in a condition at 5-7: write or'],
    ['!port', '! is not known in a condition at 0-1: write not'],
    ['port = 1', '= is not known in a condition at 5-6: write =='],
    ['instance == "x', 'a text without its closing quote at 12-13'],
  ])('%j is wrong: %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  test.each([
    ['port == 8001', true],
    ['port != 8001', false],
    ['facts.os == "debian"', undefined],
    ['not results.up.ok', undefined],
    ['port != 8001 and facts.os == "debian"', false],
    ['facts.os == "debian" and port != 8001', false],
    ['port == 8001 and facts.os == "debian"', undefined],
    ['facts.sudo or port == 8001', true],
    ['facts.sudo or port != 8001', undefined],
    ['port in [facts.cpus, 8001]', undefined],
  ])('%s is beforehand %s', (text, expected) => {
    const condition = parseCondition(text, lookUp)
    expect(isMistake(condition) ? condition : answerOf(condition)).toBe(expected)
  })

  test('that does not hold says which part of it, as it was written', () => {
    const written = (text: string, value: boolean) => ({ kind: 'written', text, of: { kind: 'value', value } }) as const
    const both = (outer: boolean, inner: boolean) =>
      whyNot({ kind: 'and', left: written('outer', outer), right: written('inner', inner) }, {})
    expect([both(false, false), both(true, false), both(true, true)]).toEqual(['outer', 'inner', undefined])
  })
})
