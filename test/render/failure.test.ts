import { describe, expect, it } from 'vitest'
import { failureOf, failureText } from '../../src/render/failure.js'

describe('failureText', () => {
  it('says where, what, the last lines, what was run and what to try', () => {
    const failure = {
      kind: 'command',
      where: 'staging on web1',
      what: 'pip exited with 1',
      next: 'fix it\nthen deploy',
    } as const
    const evidence = { lines: ['ERROR: no\u001b[2J flask'], shown: false, command: 'pip install \\\n  -r x.txt' }
    expect(failureText(failure, evidence)).toBe(
      `staging on web1: pip exited with 1
  ERROR: no flask
  ran: pip install \\
         -r x.txt
  try: fix it
       then deploy`,
    )
  })

  it('leaves out what is on the screen already, and says nothing twice', () => {
    const failure = { kind: 'command', what: 'failed', why: ['last words', 'exit code 1'] } as const
    const lines = ['first words', 'last words']
    expect(failureText(failure, { lines, shown: true })).toBe('failed\n  exit code 1')
    expect(failureText(failure, { lines, shown: false })).toBe('failed\n  last words\n  exit code 1\n  first words')
  })

  it('knows lines again that came with colours', () => {
    const failure = { kind: 'command', what: 'failed', why: ['\u001b[31mERROR\u001b[0m: no flask'] } as const
    expect(failureText(failure, { lines: ['ERROR: no flask'], shown: false })).toBe('failed\n  ERROR: no flask')
  })

  it('knows where it was even if nobody said so', () => {
    expect(failureText(failureOf({ host: 'web1', instance: 'a', outcome: 'unknown' }))).toBe(
      'a on web1: how it ended is unknown',
    )
    expect(failureText(failureOf({ host: 'web1', outcome: 'failed' }))).toBe('web1: failed')
  })
})
