import { afterEach, describe, expect, it } from 'vitest'
import { VenvoyError } from '../../src/errors.js'
import type { RunStep } from '../../src/operations/step.js'
import { inBatches } from '../../src/run/batches.js'
import type { Run } from '../../src/run/run.js'
import type { TargetSteps } from '../../src/run/target-steps.js'
import { runTasks } from '../../src/run/tasks.js'
import { shell } from '../../src/shell/command.js'
import { emptyContext, prefix } from '../../src/shell/context.js'
import type { Connection } from '../../src/transport/transport.js'
import { hostSpec, runStep as step, testRun } from '../support/run.js'
import { localHost } from '../support/session.js'

const hosts: ReturnType<typeof localHost>[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.remove()
})

/** A run whose hosts are shells on this machine; hosts named `dead` cannot be reached. */
function localRun(controller = new AbortController()) {
  const connections: Connection[] = []
  const homes: string[] = []
  const connect: Run['connect'] = async ({ name }) => {
    if (name === 'dead') throw new VenvoyError({ kind: 'unreachable', where: name, what: 'it does not answer' })
    const host = localHost()
    hosts.push(host)
    homes.push(host.home)
    connections.push(host.connection)
    return host.connection
  }
  const { run, events } = testRun({ connect }, controller)
  const output = (stream: 'stdout' | 'stderr') =>
    events
      .map((event) =>
        event.type === 'step:output' && event.stream === stream ? `${event.host}|${Buffer.from(event.data)}` : '',
      )
      .join('')
  return { run, events, output, connections, homes }
}

const on = (name: string, ...steps: RunStep[]): TargetSteps => ({ host: hostSpec(name), steps })

describe('runTasks', () => {
  it('runs the steps of a target in order over one connection', async () => {
    const { run, output, connections } = localRun()
    const host = hostSpec('web1')
    const results = await runTasks(
      run,
      [
        { host, instance: 'a', steps: [step('echo 1'), step('echo 2')] },
        { host, instance: 'b', steps: [step('echo 3')] },
      ],
      'kill',
    )
    expect(output('stdout')).toBe('web1|1\nweb1|2\nweb1|3\n')
    expect(results.map(({ instance, outcome, steps }) => [instance, outcome, steps])).toEqual([
      ['a', 'ok', 2],
      ['b', 'ok', 1],
    ])
    expect(connections).toHaveLength(1)
  })

  it('reports a failure with its last words, the command and how to repeat it, and goes on elsewhere', async () => {
    const { run } = localRun()
    const results = await runTasks(
      run,
      [on('web1', step('echo why >&2; exit 4'), step('echo no')), on('web2', step('echo yes'))],
      'kill',
    )
    expect(results[1]?.outcome).toBe('ok')
    expect(results[0]?.failure).toEqual({
      kind: 'command',
      where: 'web1',
      what: 'echo why >&2; exit 4: exited with 4',
      why: ['why'],
      next: 'venvoy run x -H web1',
    })
  })

  it('names the signal that ended a step', async () => {
    const { run } = localRun()
    const [result] = await runTasks(run, [on('web1', step('kill -KILL $$'))], 'kill')
    expect(result?.failure?.what).toBe('kill -KILL $$: was killed by KILL')
  })

  it('reports a host that cannot be reached, and runs the others', async () => {
    const { run } = localRun()
    const results = await runTasks(run, [on('dead', step('echo 1')), on('web1', step('echo 2'))], 'kill')
    expect(results.map(({ outcome, failure }) => [outcome, failure?.kind])).toEqual([
      ['failed', 'unreachable'],
      ['ok', undefined],
    ])
  })

  it('goes on after a step that may fail', async () => {
    const { run, output } = localRun()
    const [result] = await runTasks(run, [on('web1', step('exit 1', { warnOnly: true }), step('echo on'))], 'kill')
    expect([result?.outcome, output('stdout')]).toEqual(['ok', 'web1|on\n'])
  })

  it('tries a step again, as often as it says, and continues from there', async () => {
    const { run, output } = localRun()
    const flaky = step(
      'echo try; test -e three && exit 0; test -e two && touch three; test -e one && touch two; touch one; exit 1',
      { retries: 3 },
    )
    const [result] = await runTasks(run, [on('web1', step('echo once'), flaky, step('echo after'))], 'kill')
    expect(output('stdout')).toBe('web1|once\nweb1|try\nweb1|try\nweb1|try\nweb1|try\nweb1|after\n')
    expect([result?.outcome, result?.steps]).toEqual(['ok', 3])
  })

  it('gives up after the last try', async () => {
    const { run, output } = localRun()
    const [result] = await runTasks(
      run,
      [on('web1', step('echo try; exit 1', { retries: 1 }), step('echo after'))],
      'kill',
    )
    expect([result?.outcome, output('stdout')]).toEqual(['failed', 'web1|try\nweb1|try\n'])
  })

  it('stops a step that takes too long, with all that it started', async () => {
    const { run } = localRun()
    const [result] = await runTasks(run, [on('web1', step('sleep 71.731 & sleep 72.731', { timeout: 0.1 }))], 'kill')
    expect(result?.failure?.what).toBe(
      'sleep 71.731 & sleep 72.731: took longer than 0.1 s and was stopped, with all that it had started',
    )
    const left = await runTasks(
      localRun().run,
      [on('web1', step('pgrep -fx "sleep 7[12].731" && exit 1; true'))],
      'kill',
    )
    expect(left[0]?.outcome).toBe('ok')
  })

  it('cancels what runs, and begins nothing more', async () => {
    const controller = new AbortController()
    const { run, events } = localRun(controller)
    const stopping: Run = {
      ...run,
      parallel: 1,
      emit(event) {
        run.emit(event)
        if (event.type === 'step:start')
          setTimeout(() => controller.abort(new DOMException('cancelled', 'AbortError')), 30)
      },
    }
    const results = await runTasks(
      stopping,
      [on('web1', step('sleep 73'), step('echo no')), on('web2', step('echo no'))],
      'finish',
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled'])
    expect(events.filter(({ type }) => type === 'step:start')).toHaveLength(1)
  })

  it('begins no further host after the first failure when told so', async () => {
    const { run } = localRun()
    const targets = [on('web1', step('exit 1')), on('web2', step('true'))]
    const results = await inBatches({ ...run, parallel: 1, failFast: true }, targets, {}, (limited, own) =>
      runTasks(limited, own, 'kill'),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped'])
  })

  it('never takes a lost connection for success', async () => {
    const { run } = localRun()
    const [result] = await runTasks(run, [on('web1', step('kill -KILL $PPID; sleep 0.1'), step('echo no'))], 'kill')
    expect(result?.outcome).toBe('unknown')
    expect(result?.failure).toEqual({
      kind: 'command',
      where: 'web1',
      what: 'the runner was killed by KILL; the outcome is unknown after step "kill -KILL $PPID; sleep 0.1"',
      next: 'venvoy run x -H web1   (it starts from what is really there)',
    })
  })

  it('runs nothing when a prefix fails', async () => {
    const { run, output } = localRun()
    const context = prefix(emptyContext, shell('workon nowhere'))
    const [result] = await runTasks(run, [on('web1', step('echo a; echo b', { context }))], 'kill')
    expect([result?.failure?.what, output('stdout')]).toEqual(['echo a; echo b: exited with 1', ''])
    expect(output('stderr')).toContain("workon: no venv 'nowhere' in ")
  })
})
