import { expect, it } from 'vitest'
import type { EventOf } from '../../src/render/formatters.js'
import { Pace } from '../../src/render/pace.js'

const megabytes = (done: number, step = 'p1.files'): EventOf<'step:progress'> => ({
  ...{ type: 'step:progress', host: 'web1', step, unit: 'bytes' },
  ...{ done: done * 1e6, total: 100e6 },
})

it('says how far a transfer is and how fast it has been of late, once that is known', () => {
  const pace = new Pace()
  expect([
    pace.text(megabytes(60), 0),
    pace.text(megabytes(61), 500),
    pace.text(megabytes(70, 'another'), 600),
    pace.text(megabytes(64), 2000),
    pace.text(megabytes(94), 8000),
    pace.text(megabytes(95), 9000),
  ]).toEqual([
    '60.0 of 100.0 MB',
    '61.0 of 100.0 MB',
    '70.0 of 100.0 MB',
    '64.0 of 100.0 MB, 2.0 MB/s',
    '94.0 of 100.0 MB',
    '95.0 of 100.0 MB, 1.0 MB/s',
  ])
  expect(pace.text({ ...megabytes(0), done: 3, total: 4, unit: 'files' }, 9500)).toBe('3 of 4 files')
})

it('is said in a log every ten seconds', () => {
  const pace = new Pace()
  const said = [0, 4, 8, 11, 15, 20, 22].map((second) => pace.nowAndThen(megabytes(second), second * 1000))
  expect(said.flatMap((text, at) => (text === undefined ? [] : [[at, text]]))).toEqual([
    [3, '11.0 of 100.0 MB, 1.0 MB/s'],
    [6, '22.0 of 100.0 MB, 1.0 MB/s'],
  ])
})
