import { describe, expect, it } from 'vitest'
import { counted, durationText, progressText, rateText } from '../../src/render/quantity.js'

describe('quantities', () => {
  it.each([
    [0, '0.0 s'],
    [349, '0.3 s'],
    [12_340, '12.3 s'],
    [59_949, '59.9 s'],
    [59_999, '1 m 00 s'],
    [125_000, '2 m 05 s'],
    [3_599_600, '1 h 00 m'],
    [3_720_000, '1 h 02 m'],
  ])('%d ms reads %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })

  it.each([
    [42, 120, 'files', '42 of 120 files'],
    [10, 900, 'bytes', '10 of 900 bytes'],
    [1_500, 3_000, 'bytes', '1.5 of 3.0 KB'],
    [12_300_000, 27_000_000, 'bytes', '12.3 of 27.0 MB'],
    [0, 2_500_000_000, 'bytes', '0.0 of 2.5 GB'],
  ] as const)('%d of %d %s reads %s', (done, total, unit, text) => {
    expect(progressText(done, total, unit)).toBe(text)
  })

  it('counts in one and many', () => {
    expect([counted(1, 'step'), counted(3, 'step')]).toEqual(['1 step', '3 steps'])
  })
})

it.each([
  [2_140_000, '2.1 MB/s'],
  [999_000, '999.0 KB/s'],
  [12, '0.0 KB/s'],
  [3e9, '3.0 GB/s'],
])('says a rate of %d bytes a second', (rate, text) => {
  expect(rateText(rate)).toBe(text)
})
