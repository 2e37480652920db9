import { describe, expect, it } from 'vitest'
import { decodeRequirements, parseRequirements } from '../../src/operations/requirements-text.js'

const noted = (text: string) =>
  parseRequirements(text, () => true).noted.map(
    (line) => `${line.line} ${line.kind} ${'path' in line ? line.path : ''}`,
  )

describe('parseRequirements', () => {
  it.each([
    ['comments', '# -r no.txt\n  # -r no.txt\n-r a.txt # base\n-r b#c.txt\n', ['3 include a.txt', '4 include b#c.txt']],
    ['blank lines', '\n\n  -r a.txt  \n', ['3 include a.txt']],
    [
      'continued lines',
      '-r \\\n  a.txt\ndjango \\\n  --hash=x \\\n  -r no.txt\n-r b.txt',
      ['1 include a.txt', '6 include b.txt'],
    ],
    ['a comment that ends a continued line', 'django \\\n# x \\\n-r a.txt', ['3 include a.txt']],
    ['a backslash at the very end', '-r a.txt\\', ['1 include a.txt']],
    [
      'line ends of all kinds',
      '-r a.txt\r\n-r b.txt\r-r c.txt\u2028-r d.txt',
      ['1 include a.txt', '2 include b.txt', '3 include c.txt', '4 include d.txt'],
    ],
  ])('reads %s as pip does', (_, text, lines) => {
    expect(noted(text)).toEqual(lines)
  })

  it('makes editable folders plain ones, and every line keeps its number', () => {
    const text =
      '# ours\n-e . # here\ndjango==5.1.4 \\\n  --hash=sha256:00\n-e \\\n  ./pkg[dev]\n-e git+https://example.com/x#egg=x\n'
    expect(parseRequirements(text, () => true).text).toBe(
      '# ours\n.\ndjango==5.1.4 \\\n  --hash=sha256:00\n./pkg[dev]\n\n-e git+https://example.com/x#egg=x\n',
    )
  })

  it('leaves all else as it is', () => {
    const text = '\t# é\ndjango \\\n  ==5\n\n--no-index\n-c x.txt'
    expect(parseRequirements(text, () => true).text).toBe(text)
  })
})

describe('decodeRequirements', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

  it.each([
    ['UTF-8', bytes('# é\n'), '# é\n'],
    ['UTF-8 with a byte order mark', bytes([0xef, 0xbb, 0xbf], 'django'), 'django'],
    ['UTF-16, as PowerShell writes it', bytes([0xff, 0xfe], [...Buffer.from('django é', 'utf16le')]), 'django é'],
    ['UTF-16 the other way round', bytes([0xfe, 0xff, 0, 0x61]), 'a'],
    ['what the first line says', bytes('# -*- coding: latin-1 -*-\n# ', [0xe9]), '# -*- coding: utf-8 -*-\n# é'],
    ['what the second line says', bytes('#!x\n# coding=iso-8859-15\n# ', [0xa4]), '#!x\n# coding=utf-8\n# €'],
    ['nothing', bytes(), ''],
  ])('reads %s', (_, content, text) => {
    expect(decodeRequirements(content)).toBe(text)
  })

  it.each([
    ['other bytes', bytes('# caf', [0xe9])],
    ['an unknown encoding', bytes('# coding: klingon\n')],
    ['a coding line too late', bytes('\n\n# coding: latin-1\n', [0xe9])],
  ])('does not guess at %s', (_, content) => {
    expect(decodeRequirements(content)).toBeUndefined()
  })
})
