import { describe, expect, it } from 'vitest'
import { maskOf } from '../../src/render/mask.js'
import { secret } from '../../src/shell/command.js'

describe('the mask of secrets', () => {
  it.each([
    [{ KEY: 'hunter22' }, 'key=hunter22; hunter22!', 'key=[KEY]; [KEY]!'],
    [{ A: 'pass', B: 'password' }, 'password pass', '[B] [A]'],
    [{ A: 'a.*(c)[d]' }, 'a.*(c)[d] abc', '[A] abc'],
    [{ PEM: 'first line\nsecond line\n' }, '| second line', '| [PEM]'],
    [{ A: '1', B: '' }, '1 host', '1 host'],
    [{}, 'nothing', 'nothing'],
  ] as [Record<string, string>, string, string][])('of %j turns %j into %j', (values, text, masked) => {
    const secrets = Object.entries(values).map(([name, value]) => secret(name, value))
    expect(maskOf(secrets)(text)).toBe(masked)
  })
})
