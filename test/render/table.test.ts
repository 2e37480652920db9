import { describe, expect, it } from 'vitest'
import { createPaint } from '../../src/render/color.js'
import { tableLines } from '../../src/render/table.js'

const paint = createPaint(false)
const columns = ['instance', 'hosts', 'python']
const rows = [
  ['staging', 'web1', '3.11'],
  ['東京', 'web1, web2', '3.9'],
  ['broken\u001b[2J', 'two\nlines'],
]

describe('tableLines', () => {
  it('aligns by cells and leaves no blanks at the end', () => {
    expect(tableLines(columns, rows, { paint, width: 0 })).toEqual([
      'instance  hosts       python',
      'staging   web1        3.11',
      '東京      web1, web2  3.9',
      'broken    two lines',
    ])
  })

  it('cuts to the width of a terminal', () => {
    expect(tableLines(columns, rows, { paint, width: 16 })).toEqual([
      'instance  hosts…',
      'staging   web1 …',
      '東京      web1,…',
      'broken    two l…',
    ])
  })

  it('shows its columns where there are no rows', () => {
    expect(tableLines(columns, [], { paint: createPaint(true), width: 0 })).toEqual([
      '\u001b[1minstance  hosts  python\u001b[22m',
    ])
  })
})
