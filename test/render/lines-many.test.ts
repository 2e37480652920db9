import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { createLines } from '../../src/render/lines.js'
import { ends, prints, refused, reportOf, result, start, step, stepEnd } from './support/events.js'
import { optionsWith, rendered as renderedAs } from './support/render.js'
import { Recorded } from './support/sinks.js'

const names = (count: number) => Array.from({ length: count }, (_, at) => `web${at + 1}`)

/** As people see it, on a terminal that is wide enough. */
const onTerminal = { columns: () => 200 }
const rendered: typeof renderedAs = (events, changes) => renderedAs(events, { ...onTerminal, ...changes })

/** One step on each: begun everywhere, printed, ended. */
const oneStep = (on: readonly string[], title: string, text: (name: string) => string): RunEvent[] => [
  ...on.map((name) => step(name, title)),
  ...on.toReversed().map((name) => prints(name, text(name))),
  ...on.map((name) => stepEnd(name, title)),
]

describe('the lines view of many targets', () => {
  it('shows a step when it has ended on all of them, folded, in the order of the selection', async () => {
    const all = names(5)
    const events = [
      start('run', all),
      ...oneStep(all, 'uptime', (name) => `${name} up\n`),
      ...oneStep(all, 'uname', (name) => (name === 'web2' ? 'BSD\n' : 'Linux\n')),
      ...all.map((name) => ends(name, 'ok')),
    ]
    const { stdout, stderr } = await rendered(events)
    expect(stdout.text).toBe(
      `web[1-5] (5 hosts): uptime
  {host} up
web[1,3-5] (4 hosts): uname
  Linux
web2 | BSD
`,
    )
    expect(stderr.text).toBe('uptime …\nuname …\n')
  })

  it('shows lines as they come with --stream, and those of three', async () => {
    const lines = 'web3 | a\nweb2 | a\nweb1 | a\n'
    const streamed = [start('run', names(4)), ...oneStep(names(3), 'x', () => 'a\n')]
    expect((await rendered(streamed, { stream: true })).stdout.text).toBe(lines)
    expect((await rendered([start('run', names(3)), ...streamed.slice(1)])).stdout.text).toBe(lines)
  })

  it('shows lines as they come where they go to a file or another program, unless folding is asked for', async () => {
    const events = [start('run', names(4)), ...oneStep(names(4), 'x', () => 'a\n')]
    const piped = await renderedAs(events)
    expect(piped.stdout.text).toBe('web4 | a\nweb3 | a\nweb2 | a\nweb1 | a\n')
    const folded = await renderedAs(events, { fold: true })
    expect(folded.stdout.text).toBe('web[1-4] (4 hosts): x\n  a\n')
  })

  it('takes steps for the same that are called by the own name of each, and second tries for others', async () => {
    const all = names(4)
    const { stdout } = await rendered([
      start('run', all),
      ...all.flatMap((name) => [step(name, `greet ${name}`), prints(name, 'hi\n'), stepEnd(name, `greet ${name}`)]),
      step('web2', 'greet web2'),
      prints('web2', 'hi again\n'),
      stepEnd('web2', 'greet web2'),
    ])
    expect(stdout.text).toBe('web[1-4] (4 hosts): greet {host}\n  hi\nweb2 | hi again\n')
  })

  it('does not wait for who leaves a step out', async () => {
    const all = names(4)
    const events = [
      start('run', all),
      ...oneStep(['web1'], 'once', () => 'a\n'),
      ...all.slice(1).map((name) => step(name, 'next')),
    ]
    const seen = await seenAfterEach(events)
    expect(seen.at(-2)).toBe('')
    expect(seen.at(-1)).toBe('web1 | a\n')
  })

  it('shows all that it holds when nothing is under way: between two batches', async () => {
    const all = names(4)
    const batch = (on: readonly string[]): RunEvent[] => [
      ...on.map((host): RunEvent => ({ type: 'host:connect', host })),
      ...oneStep(on, 'x', () => 'a\n'),
      ...on.map((name) => ends(name, 'ok')),
    ]
    const [first, second] = [batch(all.slice(0, 2)), batch(all.slice(2))]
    const seen = await seenAfterEach([start('run', all), ...first, ...second])
    expect(seen[first.length - 1]).toBe('')
    expect(seen[first.length]).toBe('web1, web2 (2 hosts): x\n  a\n')
    expect(seen.at(-1)).toBe('web1, web2 (2 hosts): x\n  a\nweb3, web4 (2 hosts): x\n  a\n')
  })

  it('tells of the same failures once, with who had them, and ends with a line for each kind', async () => {
    const all = names(12)
    const failure = (name: string) =>
      ({ kind: 'command', where: name, what: 'x: exited with 1', next: `venvoy run -H ${name} x` }) as const
    const isBad = (name: string) => name === 'web2' || name === 'web11'
    const ended = all.map((name) => {
      if (name === 'web5') return result(name, 'failed', 1, { ...refused, where: name })
      return isBad(name) ? result(name, 'failed', 1, failure(name)) : result(name, 'ok', 1)
    })
    const { stdout, stderr } = await rendered([
      start('run x', all),
      ...oneStep(all, 'x', (name) => (isBad(name) ? `${name} is full\n` : 'fine\n')).map((event) =>
        event.type === 'step:end' && isBad(event.host) ? ({ ...event, outcome: 'failed', code: 1 } as const) : event,
      ),
      ...ended.toReversed().map(({ host, outcome, failure: why }) => ends(host, outcome, why)),
      { type: 'run:end', report: { ...reportOf('run x', ended), retry: 'run --retry-failed x', folder: '/runs/1' } },
    ])
    expect(stdout.text).toBe('web[1,3-10,12] (10 hosts): x\n  fine\nweb2, web11 (2 hosts): x\n  {host} is full\n')
    expect(stderr.text).toBe(
      `x …
x: 10 ok, 2 failed, 0.1 s
web2, web11 (2 hosts): x: exited with 1
  try: venvoy run -H {host} x
web5: connection refused
  port 22 of 10.0.0.7
ok           9
failed       2: web2, web11
unreachable  1: web5
in 12.3 s
repeat: venvoy run x
only what failed: venvoy run --retry-failed x
logs: /runs/1
`,
    )
  })

  it('shows what is held when the run is broken off', async () => {
    const { stdout } = await rendered([start('run', names(4)), step('web1', 'x'), prints('web1', 'one\ntw')])
    expect(stdout.text).toBe('web1 | one\nweb1 | tw\n')
  })
})

describe('the lines view of many targets, while time goes by', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('says every ten seconds who is still running, and once how to see the output', async () => {
    const stderr = new Recorded()
    const renderer = createLines(optionsWith({ ...onTerminal, stderr, now: Date.now }))
    const all = names(8)
    for (const event of [start('run', all), ...all.slice(1).map((name) => step(name, 'tail -f log'))])
      renderer.emit(event)
    for (const event of [prints('web2', 'a\n'), stepEnd('web3', 'tail -f log'), ends('web3', 'ok')])
      renderer.emit(event)
    vi.advanceTimersByTime(20_000)
    await renderer.pause(async () => vi.advanceTimersByTime(10_000))
    await renderer.end()
    vi.advanceTimersByTime(20_000)
    expect(stderr.text).toBe(
      `tail -f log …
1 ok, 6 running, 1 waiting: still running on web[2,4-8]
output is shown when a step has ended on all; --stream shows it as it comes
1 ok, 6 running, 1 waiting: still running on web[2,4-8]
`,
    )
  })

  it('says nothing of the kind when quiet', async () => {
    const stderr = new Recorded()
    const renderer = createLines(optionsWith({ ...onTerminal, stderr, now: Date.now, verbosity: -1 }))
    for (const event of [start('run', names(4)), step('web1', 'x'), prints('web1', 'a\n')]) renderer.emit(event)
    vi.advanceTimersByTime(20_000)
    await renderer.end()
    expect(stderr.text).toBe('')
  })
})

/** What stands on stdout after each event. */
async function seenAfterEach(events: readonly RunEvent[]): Promise<string[]> {
  const stdout = new Recorded()
  const renderer = createLines(optionsWith({ ...onTerminal, stdout }))
  const seen = events.map((event) => {
    renderer.emit(event)
    return stdout.text
  })
  await renderer.end()
  return seen
}
