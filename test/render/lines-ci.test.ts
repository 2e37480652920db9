import { describe, expect, it } from 'vitest'
import { ends, prints, result, runEnd, start, step, stepEnd } from './support/events.js'
import { rendered, renderedTogether } from './support/render.js'

const esc = '\u001b'

describe('the lines view in a build', () => {
  const failure = { kind: 'command', what: 'test exited with 2' } as const
  const events = [
    start('run', ['web1', 'web2']),
    step('web1', 'test', { command: 'make test' }),
    step('web2', 'test', { command: 'make test' }),
    prints('web1', 'one\n'),
    prints('web2', 'one\n'),
    prints('web1', 'two\n'),
    stepEnd('web1', 'test'),
    prints('web2', 'boom\n'),
    stepEnd('web2', 'test', { outcome: 'failed', code: 2 }),
    ends('web2', 'failed', failure),
    runEnd('run', [result('web1', 'ok', 100), result('web2', 'failed', 100, failure)]),
  ]

  it.each([
    ['github', '::group::test', '::endgroup::'],
    ['azure', '##[group]test', '##[endgroup]'],
    [
      'gitlab',
      `${esc}[0Ksection_start:1767323045:venvoy\r${esc}[0Ktest`,
      `${esc}[0Ksection_end:1767323045:venvoy\r${esc}[0K`,
    ],
  ] as const)('folds the output of each step on %s', async (ci, open, close) => {
    const { stdout, stderr } = await rendered(events, { ci })
    expect(stdout.text).toBe('web1 | one\nweb1 | two\nweb2 | one\nweb2 | boom\n')
    expect(stderr.text).toBe(
      `test …
${open}
${close}
test: 1 ok, 1 failed, 0.1 s
web2: test exited with 2
  one
  boom
  ran: make test
1 ok, 1 failed in 12.3 s
  web2: test exited with 2
repeat: venvoy run
`,
    )
  })

  it('puts what hosts print alike between the marks once, in the order of a merged log', async () => {
    const names = ['web1', 'web2', 'web3']
    const both = await renderedTogether(
      [
        start('run', names),
        ...names.map((name) => step(name, 'test')),
        ...names.flatMap((name) => [prints(name, `${name} one\n`), prints(name, 'why\n', 'stderr')]),
        ...names.map((name) => stepEnd(name, 'test')),
      ],
      { ci: 'github' },
    )
    expect(both).toBe(
      `test …
::group::test
web1, web2, web3 (3 hosts): test
  {host} one
web1, web2, web3 (3 hosts), stderr: test
  why
::endgroup::
`,
    )
  })

  it('moves no cursor and returns no carriage, whatever is printed', async () => {
    const both = await renderedTogether(
      [
        start('run', ['web1', 'web2']),
        ...['web1', 'web2'].map((name) => step(name, 'test')),
        ...['web1', 'web2'].map((name) => prints(name, ` 10 %\r 20 %\r\n${esc}[2Jx${esc}[1A\n`)),
      ],
      { ci: 'github' },
    )
    expect(both).toBe('test …\n::group::test\nweb1, web2 (2 hosts): test\n   20 %\n  x\n::endgroup::\n')
  })

  it('streams into the fold when there is one target only', async () => {
    const single = [start('run', ['web1']), ...events.slice(1, 2), prints('web1', 'a\n'), prints('web1', 'b\n')]
    expect(await renderedTogether(single, { ci: 'github' })).toBe(
      'web1: test …\n::group::web1: test\nweb1 | a\nweb1 | b\n::endgroup::\n',
    )
  })

  it('lets go of what is held back when it grows', async () => {
    const line = `${'x'.repeat(1023)}\n`
    const { stdout, stderr } = await rendered(
      [start('run', ['web1', 'web2']), step('web1', 'x'), prints('web1', line.repeat(1025)), prints('web1', 'y\n')],
      { ci: 'github' },
    )
    expect(stdout.text).toBe(`${`web1 | ${line}`.repeat(1025)}web1 | y\n`)
    expect(stdout.writes).toBe(2)
    const group = '::group::web1: x\n::endgroup::\n'
    const note = 'web1: x prints more than can be held back: it is shown as it comes\n'
    expect(stderr.text).toBe(`x …\n${note}${group}${group}`)
  })

  it('does not fold with --stream', async () => {
    const { stderr } = await rendered(events.slice(0, 7), { ci: 'github', stream: true })
    expect(stderr.text).toBe('web1: test …\nweb2: test …\n')
  })
})
