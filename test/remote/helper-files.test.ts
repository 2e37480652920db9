import { readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callHelper, filesInput } from './support/call.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'
import { listAll, sha256, temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()
const one = 'one\n'
const two = '\0\x1d\xff two'
const big = Buffer.alloc(3_000_000, 'x')
const blob = (content: string | Buffer) => [sha256(content), Buffer.byteLength(content)] as const
const stored = (content: string | Buffer) => join(sha256(content).slice(0, 2), sha256(content))

describe('files', () => {
  test.each(edgeInterpreters())('stores what is missing and asks for nothing twice: %s', async (python) => {
    const home = place()
    write(join(home, 'cache/files', stored(one)), one)
    const input = filesInput('~/cache/files', [blob(one), blob(two), blob(two), blob('')], Buffer.from(two))
    const result = await callHelper({ python, home, action: 'files', input, env: { LC_ALL: 'C' } })
    const bytes = Buffer.byteLength(two)
    expect(result).toEqual({
      code: 0,
      signal: null,
      events: [
        { event: 'missing', indexes: [1, 3] },
        { event: 'progress', done: bytes, total: bytes },
        { event: 'received', files: 2, bytes },
      ],
      stdout: '',
      stderr: '',
    })
    expect(readFileSync(join(home, 'cache/files', stored(two)), 'utf8')).toBe(two)
    expect(statSync(join(home, 'cache/files', stored(two))).mode & 0o777).toBe(0o600)
    expect(statSync(join(home, 'cache/files', sha256(two).slice(0, 2))).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['all is there', '', 0],
    ['something is sent', two, 0],
    ['it fails', 'x'.repeat(two.length + 1), 1],
  ])('reads nothing that is not its own when %s', async (_, body, code) => {
    const home = place()
    write(join(home, 'cache', stored(one)), one)
    const blobs = body === '' ? [blob(one)] : [blob(one), blob(two)]
    const result = await callHelper({
      python: anyPython3(),
      home,
      action: 'files',
      input: filesInput('~/cache', blobs, Buffer.from(`${body}the next program`)),
      around: '"$@"; code=$?; cat; exit $code',
    })
    expect(result).toMatchObject({ code, stdout: 'the next program' })
  })

  test('keeps nothing of a file with another content, and all before it', async () => {
    const home = place()
    const input = filesInput('~/cache', [blob(one), blob(two)], Buffer.from(`${one}${'y'.repeat(blob(two)[1])}`))
    const result = await callHelper({ python: anyPython3(), home, action: 'files', input })
    expect(result.code).toBe(1)
    expect(result.stderr.split('\n')).toEqual([
      'a file arrived with another content than announced',
      `  expected ${sha256(two)}`,
      `  received ${sha256('y'.repeat(blob(two)[1]))}`,
      '  try: run again: a file of the project was changed while it was being sent',
      '',
    ])
    expect(listAll(join(home, 'cache'))).toEqual([`700 ${sha256(one).slice(0, 2)}/`, `600 ${stored(one)}`])
  })

  test('says that the connection was lost and keeps what was complete', async () => {
    const home = place()
    const input = filesInput(
      '~/cache',
      [blob(one), blob(big)],
      Buffer.concat([Buffer.from(one), big.subarray(0, 2_000_000)]),
    )
    const result = await callHelper({ python: anyPython3(), home, action: 'files', input })
    expect(result).toMatchObject({
      code: 1,
      stderr:
        'the connection was lost while files were being received\n  what was complete is kept\n  try: run the same command again\n',
    })
    expect(listAll(join(home, 'cache'))).toEqual([`700 ${sha256(one).slice(0, 2)}/`, `600 ${stored(one)}`])
  })

  test('a file of the wrong size counts as missing; the draft of a killed helper is removed', async () => {
    const home = place()
    write(join(home, 'cache', stored(big)), 'cut off')
    write(join(home, 'cache/draft.1'), 'old')
    write(join(home, 'cache/draft.2'), 'being written')
    utimesSync(join(home, 'cache/draft.1'), 0, 0)
    const result = await callHelper({
      python: anyPython3(),
      home,
      action: 'files',
      input: filesInput('~/cache', [blob(big)], big),
    })
    expect(result.code).toBe(0)
    expect(readFileSync(join(home, 'cache', stored(big))).equals(big)).toBe(true)
    expect(listAll(join(home, 'cache')).filter((line) => line.includes('draft'))).toEqual(['644 draft.2'])
  })

  test('a write that the system refuses is explained, and the rest is read', async () => {
    const home = place()
    const result = await callHelper({
      python: anyPython3(),
      home,
      action: 'files',
      input: filesInput('~/cache', [blob(one), blob(big)], Buffer.concat([Buffer.from(one), big, Buffer.from('next')])),
      around: '(ulimit -f 100; "$@"); code=$?; cat; exit $code',
    })
    expect(result).toMatchObject({ code: 1, stdout: 'next', stderr: `${home}/cache: File too large\n` })
    expect(listAll(join(home, 'cache'))).toEqual([`700 ${sha256(one).slice(0, 2)}/`, `600 ${stored(one)}`])
  })

  test.each(['zzzzzzzz{}', '00000002{]', '0000'])('refuses the beginning %j', async (text) => {
    const result = await callHelper({ python: anyPython3(), home: place(), action: 'files', input: Buffer.from(text) })
    expect(result).toMatchObject({ code: 1, events: [] })
  })

  test('refuses a digest that is a path', async () => {
    const input = filesInput('~/cache', [['../../evil', 1]], Buffer.from('x'))
    const result = await callHelper({ python: anyPython3(), home: place(), action: 'files', input })
    expect(result).toMatchObject({ code: 1, stderr: '"../../evil" is not a SHA-256\n', events: [] })
  })
})
