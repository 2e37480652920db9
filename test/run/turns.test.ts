import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { taskSteps } from '../../src/config/tasks.js'
import type { RunEvent } from '../../src/events.js'
import { taskStep } from '../../src/operations/task-step.js'
import { cancelListeners } from '../../src/run/cancel.js'
import type { Run } from '../../src/run/run.js'
import { runTasks } from '../../src/run/tasks.js'
import { emptyContext } from '../../src/shell/context.js'
import type { ChannelEnd } from '../../src/transport/transport.js'
import { read } from '../config/reading.js'
import { localHost } from '../support/session.js'

const hosts: ReturnType<typeof localHost>[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.remove()
})

interface Given {
  readonly answer?: boolean
  /** Where the first step whose title begins so starts, this happens. */
  readonly at?: readonly [title: string, happens: 'cancel' | 'cut']
  readonly unreachable?: boolean
}

/** The task `t` of a file on a host that is a shell here; what it did, and how many programs it took. */
async function runTask(steps: string, { answer, at, unreachable }: Given = {}) {
  const config = read(
    `project: blog\nhosts: { web1: }\nvars: { color: blue, n: 3 }\ntasks:\n  other: echo other\n  told: { params: { a: { required: true }, b: { default: 5 } }, run: 'echo {{ params.a }} {{ params.b }} "$VENVOY_PARAM_a"' }\n  t: ${steps}\n`,
  )
  const controller = new AbortController()
  const host = localHost()
  const here = localHost()
  hosts.push(host, here)
  const events: RunEvent[] = []
  const asked: string[] = []
  let written = 0
  const cancel = () => controller.abort(new DOMException('cancelled', 'AbortError'))
  const run: Run = {
    emit(event) {
      events.push(event)
      if (event.type === 'step:start' && at !== undefined && event.title.startsWith(at[0]))
        setTimeout(at[1] === 'cancel' ? cancel : cut, 50)
    },
    signal: controller.signal,
    onCancel: cancelListeners(controller.signal),
    now: Date.now,
    parallel: 1,
    failFast: false,
    again: () => 'venvoy run t',
    ...(answer !== undefined && {
      confirm: async (question) => {
        asked.push(question)
        return answer
      },
    }),
    async connect(spec) {
      if (spec.local) return here.connection
      if (unreachable) throw new Error('no way')
      return {
        ...host.connection,
        async open(command, input, onOutput) {
          written++
          let isCut = false
          const channel = await host.connection.open(command, input, (stream, chunk) => {
            if (!isCut) onOutput(stream, chunk)
          })
          const closed = new Promise<ChannelEnd>((resolve) => {
            void channel.closed.then(resolve)
            cut = () => {
              isCut = true
              channel.end()
              resolve({})
            }
          })
          return {
            ...channel,
            closed,
            write(chunk) {
              if (/^[sh] /.test(Buffer.from(chunk).toString())) written++
              return channel.write(chunk)
            },
          }
        },
      }
    },
  }
  let cut = () => {}
  const [target] = config.hosts
  const own = taskSteps(config, 't', target!).steps.map((step) => taskStep(step, emptyContext, here.home))
  const [result] = await runTasks(run, [{ host: target!, steps: own }], 'finish')
  const output = events
    .map((event) => (event.type === 'step:output' && event.stream === 'stdout' ? `${Buffer.from(event.data)}` : ''))
    .join('')
  const skipped = events.flatMap((event) => (event.type === 'step:skip' ? [`${event.title}: ${event.when}`] : []))
  const order = events.flatMap((event) => ('title' in event && event.type !== 'step:end' ? [event.title] : []))
  return { ...result!, output, programs: written, skipped, order, asked, host: host.home, here: here.home }
}

describe('the steps of a task', () => {
  it.each<[string, string, string, number]>([
    ['run in one program', '[echo a, echo b]', 'a b', 1],
    [
      'are left out where a condition on names does not hold',
      '[{ run: echo a, when: color == "red" }, echo b]',
      'b',
      1,
    ],
    ['stay in one program where it does', '[{ run: echo a, when: n > 2 and host == "web1" }, echo b]', 'a b', 1],
    [
      'wait for a result that a condition asks for',
      '[{ run: echo 7, register: r }, echo b, { run: echo c, when: results.r.stdout == 7 }, { run: echo no, when: not results.r.ok }]',
      '7 b c',
      2,
    ],
    [
      'know the code and stderr of one that may fail',
      '[{ run: "echo oh >&2; exit 4", register: r, warn_only: true }, { run: echo c, when: results.r.code == 4 and "oh" in results.r.stderr and not results.r.ok }]',
      'c',
      2,
    ],
    [
      'take what did not run for nothing',
      '[{ run: "false", register: a, warn_only: true }, { run: echo no, register: b, when: results.a.ok }, { run: echo c, when: results.b.code == null }]',
      'c',
      2,
    ],
    ['go on after another code of success', '[{ run: exit 3, ok_codes: [0, 3] }, echo b]', 'b', 1],
    [
      'know of success by another code',
      '[{ run: exit 3, ok_codes: [3], register: r }, { run: echo b, when: results.r.ok }]',
      'b',
      2,
    ],
    [
      'are repeated for each item',
      `[{ loop: [a b, c], run: 'echo {{ item }}"$VENVOY_ITEM"' }, { loop: [{ x: 1 }, { x: 2 }], when: item.x > 1, run: 'echo {{ item.x }}$VENVOY_ITEM_x' }]`,
      'a ba b cc 22',
      1,
    ],
    ['are those of another task', '[{ task: other }, { title: again, task: other, when: n == 3 }]', 'other other', 1],
    [
      'are those of a task that is told something',
      '[{ loop: [x, y], task: told, with: { a: "{{ item }}-{{ n }}" } }]',
      'x-3 5 x-3 y-3 5 y-3',
      1,
    ],
    [
      'are tried until it is so',
      `[{ run: 'echo x >>tries; wc -l <tries', until: stdout >= 3, retries: 5, delay: 0.01 }, echo b]`,
      '1 2 3 b',
      4,
    ],
    ['run here in between', '[echo a, { local: "pwd >here; echo b" }, echo c]', 'a b c', 2],
    ['do what always runs, in its place', '[echo a, { run: echo b, always: true }, echo c]', 'a b c', 1],
    ['wait for a command', '[{ wait: { command: "echo x >>w; test $(wc -l <w) = 2", within: 5s } }, echo b]', 'b', 1],
    ['wait for some time', '[{ wait: { seconds: 0.1 } }, echo b]', 'b', 1],
  ])('%s', async (_, steps, expected, programs) => {
    const ran = await runTask(steps)
    expect([ran.failure, ran.outcome, ran.output.trim().replaceAll('\n', ' '), ran.programs]).toEqual([
      undefined,
      'ok',
      expected,
      programs,
    ])
  })

  it('say what is skipped, and why, in its place', async () => {
    const ran = await runTask(
      `[{ run: echo a, when: n < 3 }, echo b, { run: echo c, when: color == "red" }, { run: "false", register: r, ok_codes: [1] },
         { run: echo d, when: not results.r.ok }, { when: n == 3, run: [{ run: echo e, when: n == 4 }, echo f] }, { run: echo g, when: 1 > 2 }]`,
    )
    expect([ran.outcome, ran.order, ran.programs]).toEqual([
      'ok',
      ['echo a', 'echo b', 'echo c', 'false', 'echo d', 'echo e', 'echo f', 'echo g'],
      2,
    ])
    expect(ran.skipped).toEqual([
      'echo a: n < 3',
      'echo c: color == "red"',
      'echo d: not results.r.ok',
      'echo e: n == 4',
      'echo g: 1 > 2',
    ])
  })

  it('say nothing of what comes behind a failure', async () => {
    const ran = await runTask('[exit 3, { run: echo b, when: n == 4 }, echo c]')
    expect([ran.outcome, ran.skipped]).toEqual(['failed', []])
  })

  it.each([
    [
      'in one program more',
      '[echo a, { run: echo b, when: facts.system == "linux" }, { run: echo c, when: facts.cpus < 1 }]',
      'a b',
      2,
    ],
    [
      'once',
      '[{ run: echo a, when: facts.system }, { local: echo b }, { run: echo c, when: "facts.home != \'/\'" }]',
      'a b c',
      3,
    ],
    ['not where names are enough', '[{ run: echo a, when: n == 4 and facts.sudo }, echo b]', 'b', 1],
    ['for what runs here', '[{ local: echo a, when: facts.system == "linux" }]', 'a', 1],
    ['behind what runs here', '[{ local: echo a }, { run: echo b, when: facts.arch }]', 'a b', 2],
    ['for until', '[{ run: echo a, retries: 1, until: facts.system == "linux" }]', 'a', 2],
  ])('ask the host for facts: %s', async (_, steps, output, programs) => {
    const ran = await runTask(steps)
    expect([ran.failure, ran.output.trim().replaceAll('\n', ' '), ran.programs]).toEqual([undefined, output, programs])
  })

  it('fail where the host that has to tell facts cannot be reached', async () => {
    const ran = await runTask(
      '[{ local: echo a }, { run: echo b, when: facts.sudo }, { run: echo c, always: true, when: facts.sudo }, { local: echo d, always: true }]',
      { unreachable: true },
    )
    expect([ran.outcome, ran.output]).toEqual(['failed', 'a\nd\n'])
  })

  it.each<[string, string, string, string]>([
    ['the code is none of success', '[{ run: exit 0, ok_codes: [3] }, echo b]', '', 'exit 0: exited with 0'],
    ['something failed', '[echo a, exit 2, echo b, { run: echo c, always: true }]', 'a c', 'exit 2: exited with 2'],
    [
      'something failed before another program',
      '[{ run: exit 2, register: r }, { run: echo b, when: results.r.ok }, { run: echo c, always: true }, echo d]',
      'c',
      'exit 2: exited with 2',
    ],
    [
      'something failed here',
      '[echo a, { local: exit 5 }, echo b, { run: echo c, always: true }, { local: echo d, always: true }]',
      'a c d',
      'exit 5: exited with 5',
    ],
    [
      'the last try failed',
      '[{ run: echo a; exit 6, retries: 1 }, { run: echo c, always: true }]',
      'a a c',
      'echo a; exit 6: exited with 6',
    ],
    [
      'it did not come to be so',
      '[{ run: echo a, until: stdout == "b", retries: 2, delay: 0.01 }, echo b, { run: echo c, always: true }]',
      'a a a c',
      'echo a: `until` did not hold after 3 tries; the last exited with 0',
    ],
    [
      'what always runs fails itself',
      '[{ run: exit 7, always: true }, echo b, { run: echo c, always: true }]',
      'c',
      'exit 7: exited with 7',
    ],
    [
      'it took too long',
      '[{ wait: { command: "echo why; false", within: 1 } }, echo b]',
      '',
      'wait for echo why; false: exited with 1',
    ],
  ])('say so when %s', async (_, steps, output, what) => {
    const ran = await runTask(steps)
    expect([ran.outcome, ran.output.trim().replaceAll('\n', ' '), ran.failure?.what]).toEqual(['failed', output, what])
  })

  it('run here in the folder of the file, without the context of the host', async () => {
    const ran = await runTask('{ cd: /nowhere, env: { A: x }, run: [{ local: "pwd; echo $A" }] }')
    expect([ran.outcome, ran.output, ran.programs]).toEqual(['ok', `${ran.here}\nx\n`, 0])
  })

  it.each([
    [true, 'ok', 'a b', undefined],
    [false, 'cancelled', 'a c', { kind: 'interrupted', where: 'web1', what: 'not confirmed: Sure, web1?' }],
  ] as const)('ask before they go on; the answer %s', async (answer, outcome, output, failure) => {
    const always = answer ? '' : ', { run: echo c, always: true }'
    const ran = await runTask(`[echo a, { confirm: "Sure, {{ host }}?" }, echo b${always}]`, { answer })
    expect([ran.outcome, ran.output.trim().replaceAll('\n', ' '), ran.asked, ran.failure]).toEqual([
      outcome,
      output,
      ['Sure, web1?'],
      failure,
    ])
  })

  it.each([
    ['on the host', 'sleep 61'],
    ['here', '{ local: sleep 62 }'],
  ])('clean up after a cancel of what runs %s, however long that takes', async (_, long) => {
    const steps = `[echo a, ${long}, echo b, { run: "sleep 1.2; echo c", always: true }, { local: echo d, always: true }]`
    const ran = await runTask(steps, { at: ['sleep 6', 'cancel'] })
    expect([ran.outcome, ran.output.trim().replaceAll('\n', ' ')]).toEqual(['cancelled', 'a c d'])
  })

  it.each([
    ['in the program that runs', '[sleep 0.5, echo b >b, { run: echo c >c, always: true }]', 'sleep 0.5'],
    [
      'in a later program',
      '[{ run: sleep 0.5, register: r }, { run: echo b >b, when: results.r.ok }, { run: echo c >c, always: true }]',
      'sleep 0.5',
    ],
    ['between two programs', '[echo a, { local: sleep 1 }, echo b >b, { run: echo c >c, always: true }]', 'sleep 1'],
  ])('clean up on a host that lost the connection, %s', async (_, steps, title) => {
    const ran = await runTask(steps, { at: [title, 'cut'] })
    expect(ran.outcome).toBe('unknown')
    await expect.poll(() => existsSync(join(ran.host, 'c'))).toBe(true)
    expect([existsSync(join(ran.host, 'b')), readFileSync(join(ran.host, 'c'), 'utf8')]).toEqual([false, 'c\n'])
  })

  it('clean up here where the host cannot be reached', async () => {
    const ran = await runTask(
      '[{ local: echo a }, echo b, { run: echo c, always: true }, { local: echo d, always: true }]',
      {
        unreachable: true,
      },
    )
    expect([ran.outcome, ran.output]).toEqual(['failed', 'a\nd\n'])
  })
})
