import { describe, expect, it } from 'vitest'
import type { ErrorKind, Failure } from '../../src/errors.js'
import { createPaint } from '../../src/render/color.js'
import { failureLines, recap, repeatLines, resultLines } from '../../src/render/summary.js'
import { reportOf, result } from './support/events.js'

const paint = createPaint(false)
const failure = (kind: ErrorKind): Failure => ({ kind, what: `it was ${kind}\nat length` })

const report = reportOf('deploy --all', [
  result('a@web1', 'changed', 12_300),
  result('b@東京', 'failed', 61_000, failure('command')),
  result('c@web1', 'failed', 100, failure('unreachable')),
  result('d@web1', 'failed', 100, failure('host-key')),
  result('e@web1', 'failed', 100, failure('locked')),
  result('f@web1', 'unchanged', 10),
  result('g@web1', 'changed', 200),
  result('h@web1', 'unknown', 200),
  result('i@web1', 'cancelled', 200),
  result('j@web1', 'skipped', 0),
])

describe('the summary of a run', () => {
  it('counts how targets ended', () => {
    expect(recap(report, paint)).toBe(
      '2 changed, 1 unchanged, 1 skipped, 1 cancelled, 1 unknown, 1 failed, 1 locked, 1 unreachable, 1 refused in 12.3 s',
    )
  })

  it('has a line for each failure', () => {
    expect(failureLines(report, paint)).toEqual([
      '  b@東京: it was command',
      '  c@web1: it was unreachable',
      '  d@web1: it was host-key',
      '  e@web1: it was locked',
      '  h@web1: unknown',
    ])
  })

  it('has an aligned line for each target', () => {
    expect(resultLines(report, paint)).toEqual([
      '✔ a@web1  changed      12.3 s',
      '✘ b@東京  failed       1 m 01 s',
      '✘ c@web1  unreachable  0.1 s',
      '✘ d@web1  refused      0.1 s',
      '✘ e@web1  locked       0.1 s',
      '✔ f@web1  unchanged    0.0 s',
      '✔ g@web1  changed      0.2 s',
      '✘ h@web1  unknown      0.2 s',
      '◼ i@web1  cancelled    0.2 s',
      '↓ j@web1  skipped      0.0 s',
    ])
  })

  it('says how to repeat a run that went wrong, and only that', () => {
    expect(repeatLines(report, paint)).toEqual(['repeat: venvoy deploy --all'])
    expect(repeatLines(reportOf('deploy', [result('web1', 'ok', 1)]), paint)).toEqual([])
  })
})
