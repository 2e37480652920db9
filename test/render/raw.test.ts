import { describe, expect, it } from 'vitest'
import { ends, plan, prints, result, runEnd, start, step, stepEnd } from './support/events.js'
import { rendered } from './support/render.js'

const everyByte = Uint8Array.from({ length: 256 }, (_, at) => at)

describe('the raw view', () => {
  it('passes the bytes of a command on, and says nothing of its own', async () => {
    const { stdout, stderr } = await rendered(
      [
        start('exec', ['web1']),
        { type: 'host:connect', host: 'web1' },
        { type: 'run:note', level: 'info', text: 'using deploy.local.yml' },
        step('web1', 'tar c .', { command: 'tar c .' }),
        prints('web1', everyByte),
        prints('web1', everyByte.slice(128), 'stderr'),
        stepEnd('web1', 'tar c .', { ms: 5000 }),
        ends('web1', 'ok'),
        runEnd('exec', [result('web1', 'ok', 5000)]),
      ],
      { kind: 'raw', color: true },
    )
    expect([...stdout.bytes]).toEqual([...everyByte])
    expect([...stderr.bytes]).toEqual([...everyByte.slice(128)])
  })

  it('says failures and warnings on stderr, without the words that are there already', async () => {
    const failure = { kind: 'command', what: 'exited with 2', why: ['a/', 'tar: no such file'] } as const
    const { stdout, stderr } = await rendered(
      [
        start('exec', ['web1']),
        { type: 'run:note', level: 'warning', text: 'the host key is new' },
        step('web1', 'tar c x', { command: 'tar c x' }),
        prints('web1', 'a/\n'),
        prints('web1', 'tar: no such file\n', 'stderr'),
        stepEnd('web1', 'tar c x', { outcome: 'failed', code: 2 }),
        ends('web1', 'failed', failure),
        runEnd('exec', [result('web1', 'failed', 100, failure)]),
      ],
      { kind: 'raw' },
    )
    expect(stdout.text).toBe('a/\n')
    expect(stderr.text).toBe('warning: the host key is new\ntar: no such file\nweb1: exited with 2\n  ran: tar c x\n')
  })

  it("keeps what venvoy's own work prints to itself, unless it fails", async () => {
    const { stdout, stderr } = await rendered(
      [
        start('run', ['web1']),
        step('web1', 'build venv', { own: true }),
        prints('web1', 'Collecting flask\n'),
        stepEnd('web1', 'build venv', { outcome: 'failed', code: 1 }),
        runEnd('run', [result('web1', 'failed', 100)]),
      ],
      { kind: 'raw' },
    )
    expect(stdout.text).toBe('')
    expect(stderr.text).toBe('web1: failed\n  Collecting flask\n')
  })

  it('prints tables and plans as they are', async () => {
    const { stdout } = await rendered(
      [
        start('plan', ['a@web1'], { dryRun: true }),
        plan('a@web1', {}),
        { type: 'run:table', host: 'web1', columns: ['name', 'python'], rows: [['blog', '3.11']] },
        runEnd('plan', [result('a@web1', 'unchanged', 100)]),
      ],
      { kind: 'raw' },
    )
    expect(stdout.text).toBe('web1:\nname  python\nblog  3.11\na@web1: nothing to do\n')
  })
})
