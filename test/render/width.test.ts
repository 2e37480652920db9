import { describe, expect, it } from 'vitest'
import { cut, displayWidth, pad } from '../../src/render/width.js'

const red = '\u001b[31m'
const off = '\u001b[0m'

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['web1', 4],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['東京', 4],
    ['한국', 4],
    ['Ａ１', 4],
    ['🚀', 2],
    ['𠮷', 2],
    ['\u2764', 1],
    ['\u2764\ufe0f', 2],
    ['a\u200bb', 2],
    [`${red}red${off}`, 3],
    ['✔ ⠋ …', 5],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  it.each([
    ['uptime', 6, 'uptime'],
    ['uptime', 5, 'upti…'],
    ['uptime', 1, '…'],
    ['uptime', 0, ''],
    ['東京都', 5, '東京…'],
    ['東京都', 4, '東…'],
    [`${red}failed${off}`, 4, `${red}fai…${off}`],
    [`${red}red${off}`, 3, `${red}red${off}`],
  ])('cuts %j to %d cells', (text, width, expected) => {
    expect(cut(text, width)).toBe(expected)
    expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width)
  })

  it('pads by cells, not by characters', () => {
    expect([pad('東', 4), pad('ab', 4), pad('abcde', 4)]).toEqual(['東  ', 'ab  ', 'abcde'])
  })
})
