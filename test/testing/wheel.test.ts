import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { buildWheel, wheelFilename } from '../../src/testing/index.js'

const spec = {
  name: 'My.Greeting',
  version: '1.2',
  modules: { 'greeting.py': 'text = "grüß"\n' },
  requires: ['plainpage>=1', 'tzdata; python_version < "3.9"'],
  scripts: { greet: 'greeting:main' },
  requiresPython: '>=3.6',
}

/** The files of an archive in which nothing is compressed, read from its headers. */
function unpack(archive: Uint8Array): Record<string, string> {
  const bytes = Buffer.from(archive)
  const files: Record<string, string> = {}
  let at = 0
  while (bytes.readUInt32LE(at) === 0x04034b50) {
    const [size, nameLength] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)]
    const start = at + 30 + nameLength
    files[bytes.toString('utf8', at + 30, start)] = bytes.toString('utf8', start, start + size)
    at = start + size
  }
  return files
}

describe('buildWheel', () => {
  it('writes the modules, what the package says of itself, and a record of both', () => {
    const files = unpack(buildWheel(spec))
    expect(Object.keys(files)).toEqual([
      'greeting.py',
      'my_greeting-1.2.dist-info/METADATA',
      'my_greeting-1.2.dist-info/WHEEL',
      'my_greeting-1.2.dist-info/entry_points.txt',
      'my_greeting-1.2.dist-info/RECORD',
    ])
    expect(files['greeting.py']).toBe('text = "grüß"\n')
    expect(files['my_greeting-1.2.dist-info/METADATA']).toBe(
      [
        'Metadata-Version: 2.1',
        'Name: My.Greeting',
        'Version: 1.2',
        'Requires-Python: >=3.6',
        'Requires-Dist: plainpage>=1',
        'Requires-Dist: tzdata; python_version < "3.9"',
        '',
      ].join('\n'),
    )
    expect(files['my_greeting-1.2.dist-info/entry_points.txt']).toBe('[console_scripts]\ngreet = greeting:main\n')
  })

  it('records each file but the record itself with its sha256 and its size in bytes', () => {
    const files = unpack(buildWheel(spec))
    const record = files['my_greeting-1.2.dist-info/RECORD']?.split('\n')
    const expected = Object.entries(files).map(([path, text]) => {
      if (path.endsWith('/RECORD')) return `${path},,`
      return `${path},sha256=${createHash('sha256').update(text).digest('base64url')},${Buffer.byteLength(text)}`
    })
    expect(record).toEqual([...expected, ''])
  })

  it('gives the same bytes for the same spec', () => {
    expect(Buffer.from(buildWheel(spec)).equals(buildWheel({ ...spec }))).toBe(true)
    expect(Buffer.from(buildWheel(spec)).equals(buildWheel({ ...spec, version: '1.3' }))).toBe(false)
  })
})

it('wheelFilename is what pip expects', () => {
  expect(wheelFilename(spec)).toBe('my_greeting-1.2-py2.py3-none-any.whl')
})
