import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { ends, pipFailed, plan, prints, result, runEnd, start, step, stepEnd } from './support/events.js'
import { rendered } from './support/render.js'

const time = '2026-01-02T03:04:05.000Z'

async function lines(events: readonly RunEvent[]): Promise<unknown[]> {
  const { stdout, stderr } = await rendered(events, { kind: 'json', color: true })
  expect(stderr.text).toBe('')
  return stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

async function outputs(...chunks: readonly (string | readonly number[])[]): Promise<unknown[]> {
  const data = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk)))
  const seen = await lines([...data.map((bytes) => prints('web1', bytes)), stepEnd('web1', 'x')])
  return seen
    .map((line) => line as Record<string, unknown>)
    .filter(({ type }) => type === 'step:output')
    .map(({ data, encoding }) => (encoding === undefined ? data : { [String(encoding)]: data }))
}

describe('the json view', () => {
  it('writes one event a line and the report last', async () => {
    const results = [result('staging@web1', 'failed', 3300, pipFailed)]
    const { stdout } = await rendered(
      [
        start('deploy', ['staging@web1']),
        plan('staging@web1', { 'build venv': ['+ flask 3.0.0'] }),
        step('staging@web1', 'build venv', { own: true }),
        prints('staging@web1', 'größe\n'),
        stepEnd('staging@web1', 'build venv', { outcome: 'failed', code: 1, ms: 3200 }),
        ends('staging@web1', 'failed', pipFailed),
        runEnd('deploy', results),
      ],
      { kind: 'json' },
    )
    expect(stdout.text).toBe(
      `{"v":1,"type":"run:start","time":"${time}","command":"deploy","hosts":["web1"],"targets":1,"dryRun":false}
{"v":1,"type":"instance:plan","time":"${time}","host":"web1","instance":"staging","steps":[{"title":"build venv","lines":["+ flask 3.0.0"]}]}
{"v":1,"type":"step:start","time":"${time}","host":"web1","instance":"staging","step":"1","title":"build venv"}
{"v":1,"type":"step:output","time":"${time}","host":"web1","instance":"staging","step":"1","stream":"stdout","data":"größe\\n"}
{"v":1,"type":"step:end","time":"${time}","host":"web1","instance":"staging","step":"1","title":"build venv","outcome":"failed","code":1,"ms":3200}
{"v":1,"type":"instance:end","time":"${time}","host":"web1","instance":"staging","outcome":"failed","failure":{"kind":"command","what":"pip exited with 1","next":"fix requirements.txt"}}
{"v":1,"type":"report","time":"${time}","command":"deploy","exitCode":1,"ms":12300,"results":[{"host":"web1","instance":"staging","outcome":"failed","failure":{"kind":"command","what":"pip exited with 1","next":"fix requirements.txt"},"steps":1,"ms":3300}]}
`,
    )
  })

  it('writes the rows of a table as objects', async () => {
    expect(await lines([{ type: 'run:table', columns: ['instance', 'port'], rows: [['a', '1'], ['b']] }])).toEqual([
      {
        v: 1,
        type: 'run:table',
        time,
        columns: ['instance', 'port'],
        rows: [
          { instance: 'a', port: '1' },
          { instance: 'b', port: '' },
        ],
      },
    ])
  })

  it('writes no field that it does not know', async () => {
    const note = { type: 'run:note', level: 'info', text: 'hello', password: 'hunter2' } as RunEvent
    expect(await lines([note])).toEqual([{ v: 1, type: 'run:note', time, level: 'info', text: 'hello' }])
  })

  it.each([
    ['text', ['größe\n'], ['größe\n']],
    ['colours as they are', ['\u001b[31mred'], ['\u001b[31mred']],
    ['a character across chunks', [[0x61, 0xe6], [0x9d], [0xb1, 0x62]], ['a', '東b']],
    ['invalid UTF-8', [[0x61, 0xff]], [{ base64: 'Yf8=' }]],
    ['a character that is broken off', [[0x61, 0xf0, 0x9f, 0x9a]], ['a', { base64: '8J+a' }]],
    ['a byte order mark', [[0xef, 0xbb, 0xbf, 0x61]], ['\ufeffa']],
    [
      'a stray byte that continues nothing',
      [[0x80], [0x80, 0x80, 0x80, 0x80]],
      [{ base64: 'gA==' }, { base64: 'gICAgA==' }],
    ],
  ])('writes %s', async (_, chunks, expected) => {
    expect(await outputs(...chunks)).toEqual(expected)
  })
})
