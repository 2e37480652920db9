import { describe, expect, test } from 'vitest'
import { holds, type StepResults } from '../../src/config/condition.js'
import { isMistake, type LookUp, parseCondition } from '../../src/config/parse-condition.js'

const names: Readonly<Record<string, string | number | boolean>> = {
  instance: 'production',
  port: 8001,
  'vars.debug': false,
  version: '10',
}

const lookUp: LookUp = (name) => {
  const [first, step, field] = name.split('.')
  if (first === 'results') return { kind: 'result', step: step!, field: field as 'ok' }
  return Object.hasOwn(names, name) ? { kind: 'value', value: names[name]! } : { message: `${name}?` }
}

const results: StepResults = new Map([
  ['up', { stdout: '3', stderr: '', code: 0, ok: true }],
  ['down', { stdout: 'no route', stderr: 'x', code: 3, ok: false }],
])

function read(text: string): boolean | string {
  const condition = parseCondition(text, lookUp)
  return isMistake(condition)
    ? `${condition.message} at ${condition.start}-${condition.end}${condition.hint ? `: ${condition.hint}` : ''}`
    : holds(condition, results)
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
})
