import { describe, expect, it } from 'vitest'
import { quote, singleQuote } from '../../src/shell/quote.js'

describe('quote', () => {
  it.each([
    ['web1', 'web1'],
    ['/srv/app-1.2_x', '/srv/app-1.2_x'],
    ['deploy@web1:22', 'deploy@web1:22'],
    ['a=b,c%d+e', 'a=b,c%d+e'],
    ['', `''`],
    ['two words', `'two words'`],
    ['~/apps', `'~/apps'`],
    ['*', `'*'`],
    ['$HOME', `'$HOME'`],
    ["it's", `'it'\\''s'`],
    ["''", `''\\'''\\'''`],
    ['a\nb', `'a\nb'`],
    ['\\', `'\\'`],
    ['!x', `'!x'`],
    ['#1', `'#1'`],
    ['naïve', `'naïve'`],
    ['fine\n', `'fine\n'`],
  ])('writes %j as %s', (text, expected) => {
    expect(quote(text)).toBe(expected)
  })
})

describe('singleQuote', () => {
  it('quotes what needs none, too', () => {
    expect(singleQuote('web1')).toBe(`'web1'`)
  })

  it('refuses what no word can hold', () => {
    expect(() => singleQuote('a\0b')).toThrow('a shell word cannot hold a NUL byte')
  })
})
