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

  const lost =
    'the connection was lost while files were being received\n  what has arrived is kept\n  try: run the same command again\n'
  /** A call whose connection is lost when so much of the large file has come. */
  const cutOff = (home: string, python: string, size: number) =>
    callHelper({
      ...{ python, home, action: 'files' },
      input: filesInput('~/cache', [blob(one), blob(big)], Buffer.concat([Buffer.from(one), big.subarray(0, size)])),
    })
  const begun = { event: 'missing', indexes: [1], begun: [[1, 2_000_000, sha256(big.subarray(0, 2_000_000))]] }
  const again = (home: string, python: string, body: Buffer) =>
    callHelper({ python, home, action: 'files', input: filesInput('~/cache', [blob(one), blob(big)], body) })
  const parts = (home: string) => listAll(join(home, 'cache')).filter((line) => /part|draft/.test(line))

  test.each(edgeInterpreters())(
    'keeps what was complete when the connection is lost, and goes on with the rest of what was not: %s',
    async (python) => {
      const home = place()
      expect(await cutOff(home, python, 2_000_000)).toMatchObject({ code: 1, stderr: lost })
      expect(parts(home)).toEqual([`600 part.${sha256(big)}`])
      const rest = Buffer.concat([Buffer.from('+'), big.subarray(2_000_000)])
      expect((await again(home, python, rest)).events).toEqual([
        begun,
        { event: 'note', level: 'info', text: 'going on with a file of which 2.0 MB had arrived' },
        { event: 'progress', done: 3_000_000, total: 3_000_000 },
        { event: 'received', files: 1, bytes: 1_000_000 },
      ])
      expect(readFileSync(join(home, 'cache', stored(big))).equals(big)).toBe(true)
      expect(parts(home)).toEqual([])
    },
  )

  test.each(edgeInterpreters())('begins again where what it has is not what is sent: %s', async (python) => {
    const home = place()
    write(join(home, 'cache', `part.${sha256(big)}`), Buffer.alloc(2_000_000, 'y'))
    const { code, events } = await again(home, python, Buffer.concat([Buffer.from(`${one}-`), big]))
    expect([code, events.at(-1)]).toEqual([0, { event: 'received', files: 2, bytes: 3_000_000 + one.length }])
    expect(readFileSync(join(home, 'cache', stored(big))).equals(big)).toBe(true)
    expect(parts(home)).toEqual([])
  })

  test('keeps nothing of what is sent again in no time, and nothing that turns out to be something else', async () => {
    const home = place()
    await cutOff(home, anyPython3(), 900_000)
    expect(parts(home)).toEqual([])
    await cutOff(home, anyPython3(), 2_000_000)
    const wrong = Buffer.concat([Buffer.from('+'), Buffer.alloc(1_000_000, 'y')])
    expect((await again(home, anyPython3(), wrong)).stderr).toContain('arrived with another content than announced')
    expect(parts(home)).toEqual([])
  })

  test('a part that a killed helper left counts, one of the week before does not', async () => {
    const home = place()
    const path = join(home, 'cache', `part.${sha256(big)}`)
    write(path, big.subarray(0, 2_000_000))
    utimesSync(path, 0, 0)
    expect((await again(home, anyPython3(), Buffer.alloc(0))).events[0]).toEqual({ event: 'missing', indexes: [0, 1] })
    write(path, big.subarray(0, 2_000_000))
    expect((await again(home, anyPython3(), Buffer.alloc(0))).events[0]).toMatchObject({ begun: begun.begun })
  })

  test('what another process is receiving right now is received beside it', async () => {
    const home = place()
    write(join(home, 'cache', `part.${sha256(big)}`), big.subarray(0, 2_000_000))
    const around = `exec 9<>"$HOME/cache/part.${sha256(big)}"; flock 9; "$@"`
    const input = filesInput('~/cache', [blob(big)], big)
    const { code, events } = await callHelper({ python: anyPython3(), home, action: 'files', input, around })
    expect([code, events[0]]).toEqual([0, { event: 'missing', indexes: [0] }])
    expect(parts(home)).toEqual([`644 part.${sha256(big)}`])
  })

  test('after a failure the rest is read, also of what it has in part', async () => {
    const home = place()
    const late = Buffer.alloc(2_000_000, 'z')
    write(join(home, 'cache', `part.${sha256(late)}`), late.subarray(0, 1_500_000))
    const body = Buffer.concat([Buffer.alloc(big.length, 'y'), Buffer.from('+'), late.subarray(1_500_000)])
    const input = filesInput('~/cache', [blob(big), blob(late)], Buffer.concat([body, Buffer.from('next')]))
    const around = '"$@"; code=$?; cat; exit $code'
    const result = await callHelper({ python: anyPython3(), home, action: 'files', input, around })
    expect(result).toMatchObject({ code: 1, stdout: 'next' })
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
