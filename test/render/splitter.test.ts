import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../src/render/splitter.js'

function split(...chunks: readonly (string | readonly number[])[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk))
  splitter.end()
  return lines
}

describe('LineSplitter', () => {
  it.each([
    ['lines in one chunk', ['a\nb\n'], ['a', 'b']],
    ['a line across chunks', ['a', 'b', 'c\n'], ['abc']],
    ['no newline at the end', ['a\nb'], ['a', 'b']],
    ['empty lines', ['\n\na\n'], ['', '', 'a']],
    ['nothing', [''], []],
    ['lines that end as on Windows, across chunks', ['a\r', '\nb\r\n'], ['a', 'b']],
    ['a progress bar, across chunks', ['10 %\r', '55 %\r100', ' %\ndone\n'], ['100 %', 'done']],
    [
      'a character across chunks',
      [
        [0xe6, 0x9d],
        [0xb1, 0x0a],
      ],
      ['東'],
    ],
    ['invalid UTF-8', [[0x61, 0xff, 0x62, 0x0a]], ['a\ufffdb']],
    ['a character that is broken off', [[0x61, 0xe6, 0x9d]], ['a\ufffd']],
  ])('knows %s', (_, chunks, lines) => {
    expect(split(...chunks)).toEqual(lines)
  })

  it('cuts a line of more than 64 KB with a mark and goes on behind it', () => {
    const kilobyte = 'x'.repeat(1024)
    const lines = split(...Array.from({ length: 100 }, () => kilobyte), 'end\nnext\n')
    expect(lines).toEqual([`${kilobyte.repeat(64)} … [line cut at 64 KB]`, 'next'])
  })

  it('follows a progress bar of any length', () => {
    const lines = split(...Array.from({ length: 10_000 }, (_, at) => `\rdownloading ${at}`), '\n')
    expect(lines).toEqual(['downloading 9999'])
  })

  it('tells the line that is being printed', () => {
    const splitter = new LineSplitter(() => {})
    splitter.push(Buffer.from('done\n10 %\r20 %'))
    expect(splitter.partial).toBe('20 %')
  })
})
