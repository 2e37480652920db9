import { describe, expect, it } from 'vitest'
import { clean, cleanLines, cleanTitle } from '../../src/render/clean.js'

const esc = '\u001b'

describe('clean', () => {
  it.each([
    ['plain text', 'plain text', 'plain text'],
    ['a\tb', 'a\tb', 'a\tb'],
    ['größe 東京 🚀', 'größe 東京 🚀', 'größe 東京 🚀'],
    [`${esc}[31mred${esc}[0m`, 'red', `${esc}[31mred${esc}[0m`],
    [`${esc}[1;38:5:208mloud`, 'loud', `${esc}[1;38:5:208mloud${esc}[0m`],
    [`${esc}[31mred${esc}[39m`, 'red', `${esc}[31mred${esc}[39m${esc}[0m`],
    [`a${esc}[2K${esc}[1Gb`, 'ab', 'ab'],
    [`${esc}[?25lgone`, 'gone', 'gone'],
    [`${esc}]0;pwned\u0007title`, 'title', 'title'],
    [`${esc}]8;;http://x${esc}\\link${esc}]8;;${esc}\\`, 'link', 'link'],
    [`${esc}Pq#0~${esc}\\sixel`, 'sixel', 'sixel'],
    [`${esc}(Bcharset${esc}7`, 'charset', 'charset'],
    [`broken off ${esc}[3`, 'broken off ', 'broken off '],
    [`lone ${esc}`, 'lone ', 'lone '],
    [
      'bell\u0007 back\bspace nul\0 c1\u009b31m del\u007f',
      'bell backspace nul c131m del',
      'bell backspace nul c131m del',
    ],
  ])('makes %j harmless', (text, without, withColour) => {
    expect(clean(text, false)).toBe(without)
    expect(clean(text, true)).toBe(withColour)
  })

  it('keeps the lines of a text and names a title by its first', () => {
    expect(cleanLines(`one${esc}[2J\ntwo\r`)).toEqual(['one', 'two'])
    expect(cleanTitle('\necho a\necho b\n')).toBe('echo a …')
    expect(cleanTitle('uptime')).toBe('uptime')
  })
})
