import { describe, expect, it } from 'vitest'
import { ends, prints, start, step, stepEnd } from './support/events.js'
import { rendered, renderedTogether } from './support/render.js'

const esc = '\u001b'

describe('the lines view in a build', () => {
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
    ends('web2', 'failed', { kind: 'command', what: 'test exited with 2' }),
  ]

  it.each([
    ['github', '::group::web1: test', '::endgroup::'],
    ['azure', '##[group]web1: test', '##[endgroup]'],
    [
      'gitlab',
      `${esc}[0Ksection_start:1767323045:venvoy\r${esc}[0Kweb1: test`,
      `${esc}[0Ksection_end:1767323045:venvoy\r${esc}[0K`,
    ],
  ] as const)('folds the output of each step on %s', async (ci, open, close) => {
    const { stdout, stderr } = await rendered(events, { ci })
    expect(stdout.text).toBe('web1 | one\nweb1 | two\nweb2 | one\nweb2 | boom\n')
    expect(stderr.text).toBe(
      `web1: test …
web2: test …
${open}
${close}
${open.replace('web1', 'web2')}
${close}
web2: test: exited with 2, 0.1 s
web2: test exited with 2
  one
  boom
  ran: make test
`,
    )
  })

  it('puts each line between the marks of its fold, in the order of a merged log', async () => {
    const both = await renderedTogether(events.slice(0, 7), { ci: 'github' })
    expect(both).toBe(
      'web1: test …\nweb2: test …\n::group::web1: test\nweb1 | one\nweb1 | two\n::endgroup::\n::group::web2: test\nweb2 | one\n::endgroup::\n',
    )
  })

  it('streams into the fold when there is one target only', async () => {
    const single = [start('run', ['web1']), ...events.slice(1, 2), prints('web1', 'a\n'), prints('web1', 'b\n')]
    expect(await renderedTogether(single, { ci: 'github' })).toBe(
      'web1: test …\n::group::web1: test\nweb1 | a\nweb1 | b\n::endgroup::\n',
    )
  })

  it('lets go of what is held back when it grows', async () => {
    const line = `${'x'.repeat(1000)}\n`
    const { stdout } = await rendered(
      [start('run', ['web1', 'web2']), step('web1', 'x'), prints('web1', line.repeat(70))],
      { ci: 'github' },
    )
    expect(stdout.text).toBe(`web1 | ${line}`.repeat(70))
    expect(stdout.writes).toBe(2)
  })

  it('does not fold with --stream', async () => {
    const { stderr } = await rendered(events.slice(0, 7), { ci: 'github', stream: true })
    expect(stderr.text).toBe('web1: test …\nweb2: test …\n')
  })
})
