import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { formsOf, maskOf } from '../../src/render/mask.js'
import { EventMask } from '../../src/render/mask-events.js'
import { bytePattern, MaskStream } from '../../src/render/mask-stream.js'
import { secret } from '../../src/shell/command.js'

const secretsOf = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => secret(name, value))
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('the mask of secrets', () => {
  it.each([
    [{ KEY: 'hunter22' }, 'key=hunter22; hunter22!', 'key=[KEY]; [KEY]!'],
    [{ A: 'pass', B: 'password' }, 'password pass', '[B] [A]'],
    [{ A: 'a.*(c)[d]' }, 'a.*(c)[d] abc', '[A] abc'],
    [{ PEM: 'first line\nsecond line\n' }, '| second line', '| [PEM]'],
    [{ PEM: 'first line\r\nsecond line' }, 'first line\\r\\nsecond line', '[PEM]'],
    [{ A: '1', B: '' }, '1 host', '1 host'],
    [{}, 'nothing', 'nothing'],
    // In URLs, by different programs.
    [{ A: 'pa ss/wörd!' }, 'https://ann:pa%20ss%2Fw%C3%B6rd!@host', 'https://ann:[A]@host'],
    [{ A: 'pa ss/wörd!' }, 'p=pa+ss%2fw%c3%b6rd%21&q=1', 'p=[A]&q=1'],
    [{ A: 'pa ss/wörd!' }, '/pa%20ss/w%C3%B6rd%21/', '/[A]/'],
    // In JSON, and as `set -x` shows it.
    [{ A: 'with "quotes"' }, '{"key":"with \\"quotes\\""}', '{"key":"[A]"}'],
    [{ A: "it's secret" }, "+ KEY='it'\\''s secret'", "+ KEY='[A]'"],
    // In base64: alone, behind something, before something.
    [{ A: 'hunter22' }, `x ${base64('hunter22')} y`, 'x [A]= y'],
    [{ A: 'hunter22?' }, `Basic ${base64('a:hunter22?')}`, 'Basic YTp[A]='],
    [{ A: 'hunter22' }, `Basic ${base64('ann:hunter22:more')}`, 'Basic YW5uOm[A]Om1vcmU='],
    [{ A: 'sub?>jec~ts' }, Buffer.from('sub?>jec~ts').toString('base64url'), '[A]'],
  ] as [Record<string, string>, string, string][])('of %j turns %j into %j', (values, text, masked) => {
    expect(maskOf(secretsOf(values))(text)).toBe(masked)
  })

  it('leaves nothing of a secret in base64, wherever it stands', () => {
    for (const before of ['', 'a', 'ab', 'abc', 'abcd'])
      for (const after of ['', 'x', 'xy', 'xyz']) {
        const text = base64(`${before}s3cr3t-v4lue${after}`)
        const masked = maskOf(secretsOf({ A: 's3cr3t-v4lue' }))(text)
        const left = masked.split('[A]').map((part) => part.replaceAll('=', '').length)
        expect(masked).toContain('[A]')
        expect(Math.max(...left)).toBeLessThan(8)
      }
  })
})

/** A stream in pieces, as it comes out. */
function streamed(values: Record<string, string>, ...chunks: (string | Uint8Array)[]): string[] {
  const stream = new MaskStream(() => bytePattern(formsOf(secretsOf(values))))
  const out = chunks.map((chunk) => stream.push(Buffer.from(chunk as string)))
  return [...out, stream.end()].map((bytes) => Buffer.from(bytes).toString())
}

describe('the mask of a stream', () => {
  it.each([
    [['key=hunter22\n'], ['key=[A]\n', '']],
    [
      ['key=hun', 'ter22\n'],
      ['key=', '[A]\n', ''],
    ],
    [
      ['h', 'u', 'n', 't', 'e', 'r', '2', '2', '!'],
      ['', '', '', '', '', '', '', '', '[A]!', ''],
    ],
    // What only looked like one comes as soon as that is known, and at the end at the latest.
    [
      ['hunt', 'ing'],
      ['', 'hunting', ''],
    ],
    [['hunt'], ['', 'hunt']],
    [['Password: '], ['Password: ', '']],
    // The longer one may still come.
    [
      ['hunter22', '-long'],
      ['', '[B]', ''],
    ],
    [
      ['hunter22', ' 1!'],
      ['', '[A] 1!', ''],
    ],
    [['hunter22'], ['', '[A]']],
    [
      ['wö', 'rter'],
      ['', '[C]', ''],
    ],
  ] as [string[], string[]][])('turns %j into %j', (chunks, out) => {
    expect(streamed({ A: 'hunter22', B: 'hunter22-long', C: 'wörter' }, ...chunks)).toEqual(out)
  })

  it('leaves bytes that are no text as they are', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
    const stream = new MaskStream(() => bytePattern(formsOf(secretsOf({ A: 'hunter22' }))))
    expect(Buffer.concat([stream.push(bytes), stream.push(bytes), stream.end()])).toEqual(Buffer.concat([bytes, bytes]))
  })

  it('masks at every cut what it masks in one piece', () => {
    const text = 'a hunter22 b hunter22-long c hunhunter22 d'
    for (let cut = 0; cut <= text.length; cut++)
      expect(streamed({ A: 'hunter22', B: 'hunter22-long' }, text.slice(0, cut), text.slice(cut)).join('')).toBe(
        'a [A] b [B] c hun[A] d',
      )
  })
})

describe('the mask of events', () => {
  function masked(events: readonly RunEvent[], isOutputPlain = false) {
    const seen: RunEvent[] = []
    const mask = new EventMask(secretsOf({ KEY: 'hunter22' }), { isOutputPlain })
    const emit = mask.over((event) => seen.push(event))
    for (const event of events) emit(event)
    return { seen, names: [...mask.found] }
  }

  const on = { host: 'web1', step: '1' }
  const output = (text: string): RunEvent => ({ type: 'step:output', ...on, stream: 'stdout', data: Buffer.from(text) })
  const failure = { kind: 'command', what: 'hunter22', where: 'hunter22', why: ['hunter22'], next: 'hunter22' } as const
  const safe = { kind: 'command', what: '[KEY]', where: '[KEY]', why: ['[KEY]'], next: '[KEY]' }

  it('covers all that people read', () => {
    const result = { host: 'web1', outcome: 'failed', steps: 1, ms: 1 } as const
    const { seen } = masked([
      { type: 'run:start', command: 'exec hunter22', hosts: ['web1'], targets: 1 },
      { type: 'run:note', level: 'info', text: 'hunter22' },
      { type: 'instance:plan', host: 'web1', steps: [{ title: 'hunter22', lines: ['a', 'hunter22'] }] },
      { type: 'step:start', ...on, title: 'hunter22', command: 'hunter22' },
      { type: 'step:end', ...on, title: 'hunter22', outcome: 'failed', ms: 1 },
      { type: 'run:table', columns: ['a'], rows: [['hunter22']] },
      { type: 'host:end', host: 'web1', outcome: 'failed', failure },
      {
        type: 'run:end',
        report: { command: 'hunter22', retry: 'hunter22', results: [{ ...result, failure }], exitCode: 1, ms: 1 },
      },
    ])
    expect(seen).toEqual([
      { type: 'run:start', command: 'exec [KEY]', hosts: ['web1'], targets: 1 },
      { type: 'run:note', level: 'info', text: '[KEY]' },
      { type: 'instance:plan', host: 'web1', steps: [{ title: '[KEY]', lines: ['a', '[KEY]'] }] },
      { type: 'step:start', ...on, title: '[KEY]', command: '[KEY]' },
      { type: 'step:end', ...on, title: '[KEY]', outcome: 'failed', ms: 1 },
      { type: 'run:table', columns: ['a'], rows: [['[KEY]']] },
      { type: 'host:end', host: 'web1', outcome: 'failed', failure: safe },
      {
        type: 'run:end',
        report: { command: '[KEY]', retry: '[KEY]', results: [{ ...result, failure: safe }], exitCode: 1, ms: 1 },
      },
    ])
  })

  it('covers what commands print, across chunks, and lets go of the rest when the step ends', () => {
    const end: RunEvent = { type: 'step:end', ...on, title: 't', outcome: 'ok', ms: 1 }
    const { seen, names } = masked([output('a hun'), output('ter22 hun'), end])
    expect(seen).toEqual([output('a '), output('[KEY] '), output('hun'), end])
    expect(names).toEqual(['[KEY]'])
  })

  it('leaves what commands print where that is wanted', () => {
    expect(masked([output('hunter22')], true)).toEqual({ seen: [output('hunter22')], names: [] })
  })

  it('is none without secrets, and learns those that come later, in the midst of a stream too', () => {
    const seen: RunEvent[] = []
    const mask = new EventMask([])
    const emit = mask.over((event) => seen.push(event))
    emit(output('hunter22 '))
    mask.add(secret('TYPED', 'hunter22'))
    emit(output('hunter22 '))
    mask.add(secret('MORE', 'sesame-open'))
    emit(output('hunter22 sesame-open '))
    expect(seen).toEqual([output('hunter22 '), output('[TYPED] '), output('[TYPED] [MORE] ')])
  })
})
