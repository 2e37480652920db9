import { describe, expect, expectTypeOf, it } from 'vitest'
import { paramSpec } from '../../src/config/params.js'
import { param, type Task, type TaskContext, task } from '../../src/index.js'
import type { FindTask } from '../../src/run/call-task.js'
import { runDynamic } from '../../src/run/dynamic.js'
import { emptyContext } from '../../src/shell/context.js'
import { scriptedHost } from '../../src/testing/index.js'
import { hostSpec, runStep, testRun } from '../support/run.js'

const script = { 'echo 1': '1', 'echo "$VENVOY_PARAM_n"': 'n', fail: { code: 3 } }

/** What a task does on a scripted host. */
async function runs(block: (c: TaskContext) => Promise<unknown>, find?: FindTask) {
  const host = scriptedHost(script)
  const { run, events } = testRun({ connect: async () => host })
  const target = { host: hostSpec('web1'), context: emptyContext, folder: '/', ...(find && { find }) }
  const [result] = await runDynamic(run, task('t', block), [target])
  return { ...result!, what: result!.failure?.what, host, events }
}

const twice = task('Twice', { params: { n: param.number({ required: true }) } }, async (c, { n }) => {
  await c.run('echo "$VENVOY_PARAM_n"')
  return n * 2
})

/** A task of the file, with two steps. */
const inFile: FindTask = (name) => ({
  name,
  params: [paramSpec('n', { default: 1 })],
  stepsOf: (values, context) =>
    ['echo 1', values.n === 1 ? 'echo "$VENVOY_PARAM_n"' : 'fail'].map((text) => runStep(text, { context })),
})

describe('a task that calls another', () => {
  it('gets what that returns, in its own context', async () => {
    const returned: number[] = []
    const { outcome, host, steps } = await runs(async (c) => {
      returned.push(await c.cd('/srv', (c) => c.task(twice, { n: 4 })))
    })
    expect([outcome, returned, steps]).toEqual(['ok', [8], 1])
    expect(host.calls[0]!.script).toBe(`export VENVOY_PARAM_n='4' || exit\ncd -- /srv || exit\necho "$VENVOY_PARAM_n"`)
  })

  it('can call one of the file by its name', async () => {
    const { outcome, host, events, steps } = await runs((c) => c.task('hello'), inFile)
    expect([outcome, steps, host.commands()]).toEqual(['ok', 2, ['echo 1', 'echo "$VENVOY_PARAM_n"']])
    expect(events.map(({ type }) => type).filter((type) => !type.startsWith('step:'))).toEqual([
      'host:connect',
      'host:ready',
      'host:end',
    ])
  })

  it('fails as that does', async () => {
    expect((await runs((c) => c.task('hello', { n: 2 }), inFile)).what).toBe('fail: exited with 3')
  })

  const itself: Task = task('Again', { params: { n: param.number({ default: 0 }) } }, (c, { n }) =>
    c.task(itself, { n: Math.min(n + 1, 2) }),
  )

  it.each<[string, (c: TaskContext) => Promise<unknown>, string]>([
    ['told the wrong', (c) => c.task('hello', { m: 2 }), 'hello: there is no parameter m'],
    ['told nothing', (c) => c.task(twice, {} as { n: number }), '"Twice": --n is missing'],
    ['itself, told the same', (c) => c.task(itself, {}), 'task "Again" calls itself, told the same'],
  ])('is refused when it calls one %s', async (_, block, what) => {
    expect((await runs(block, inFile)).what).toBe(what)
  })

  it('knows no names where nobody has given any', async () => {
    expect((await runs((c) => c.task('hello'))).what).toBe('no task "hello": here tasks are called by themselves')
  })
})

describe('the parameters of a task', () => {
  it('are typed', () => {
    task(
      't',
      {
        params: {
          version: param.string({ required: true }),
          note: param.string(),
          count: param.number({ default: 3 }),
          force: param.flag(),
          stage: param.choice(['live', 'test'], { default: 'test' }),
          size: param.choice([1, 2]),
        },
      },
      async (c, args) => {
        expectTypeOf(args).branded.toEqualTypeOf<{
          readonly version: string
          readonly note: string | undefined
          readonly count: number
          readonly force: boolean
          readonly stage: 'live' | 'test'
          readonly size: 1 | 2 | undefined
        }>()
        expectTypeOf(await c.task(twice, { n: 1 })).toEqualTypeOf<number>()
        // @ts-expect-error n is required
        c.task(twice)
        // @ts-expect-error n is a number
        c.task(twice, { n: '1' })
      },
    )
    // @ts-expect-error the default is none of the choices
    param.choice(['live', 'test'], { default: 'prod' })
  })

  it.each<[string, () => unknown, string]>([
    [
      'a name that is none',
      () => task('t', { params: { Version: param.flag() } }, async () => {}),
      'params.Version: name: is no name for a parameter',
    ],
    [
      'help',
      () => task('t', { params: { help: param.flag() } }, async () => {}),
      'params.help: name: is no name for a parameter',
    ],
  ])('refuse %s', (_, make, said) => {
    expect(make).toThrow(said)
  })
})
