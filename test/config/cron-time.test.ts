import { describe, expect, it } from 'vitest'
import { cronTimeProblem, splitCronLine } from '../../src/config/cron-time.js'

describe('a time of cron', () => {
  it.each([
    '* * * * *',
    '*/5 0-23/2 1,15 jan,JUL mon-fri',
    '59 23 31 12 7',
    '0 0 1 1 sun',
    '@reboot',
    '@daily',
    '0  3 * *   1-5',
  ])('is %s', (at) => {
    expect(cronTimeProblem(at)).toBeUndefined()
  })

  it.each([
    ['60 * * * *', 'minute: 60 is not in 0-59'],
    ['* 24 * * *', 'hour: 24 is not in 0-23'],
    ['* * 0 * *', 'day of the month: 0 is not in 1-31'],
    ['* * * 13 *', 'month: 13 is not in 1-12'],
    ['* * * mon *', 'month: mon is not in 1-12'],
    ['* * * * 8', 'day of the week: 8 is not in 0-7'],
    ['5/10 * * * *', 'minute: 5/10: a step goes with * or a range'],
    ['*/0 * * * *', 'minute: a step of 0'],
    ['*/90 * * * *', 'minute: a step of 90'],
    ['30-10 * * * *', 'minute: 30-10 goes backwards'],
    ['*-5 * * * *', 'minute: *-5 is none'],
    ['1,,2 * * * *', 'minute:  is none'],
    ['-1 * * * *', 'minute: -1 is none'],
  ])('is not %s', (at, problem) => {
    expect(cronTimeProblem(at)).toBe(problem)
  })

  it.each([['* * * *'], ['* * * * * *'], ['']])('has five fields, not %j', (at) => {
    expect(cronTimeProblem(at)).toMatch(/^should be five fields /)
  })

  it.each<[string, { at: string; run: string } | undefined]>([
    ['*/5 * * * *  a --b "c d"', { at: '*/5 * * * *', run: 'a --b "c d"' }],
    [' @daily\ta\nb', { at: '@daily', run: 'a\nb' }],
    ['0 \t3 * * 1  a', { at: '0 3 * * 1', run: 'a' }],
    ['* * * * *', undefined],
    ['@daily', undefined],
    ['', undefined],
  ])('comes before the command: %j', (line, split) => {
    expect(splitCronLine(line)).toEqual(split)
  })
})
