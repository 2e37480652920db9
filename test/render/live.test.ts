import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ends, pipFailed, prints, refused, reportOf, result, runEnd, start, step, stepEnd } from './support/events.js'
import { Stage } from './support/stage.js'

const stages: Stage[] = []

function onStage(...size: ConstructorParameters<typeof Stage>): Stage {
  const stage = new Stage(...size)
  stages.push(stage)
  return stage
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
})

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.ended()
  vi.useRealTimers()
})

const names = (count: number) => Array.from({ length: count }, (_, at) => `web${at + 1}`)

describe('the live view', () => {
  it('has a row for each target, with what it does, for how long, and its last lines', async () => {
    const stage = onStage(64, 12)
    const screen = await stage.after(
      [
        start('deploy', ['staging@web1', 'shop@web2', 'shop@web3']),
        { type: 'host:connect', host: 'web2' },
        step('staging@web1', 'build venv blog-staging', { own: true }),
        prints('staging@web1', 'Collecting flask\nDownloading flask\n  10 %\r  20 %'),
        { type: 'step:progress', host: 'web1', instance: 'staging', step: '1', done: 4, total: 9, unit: 'files' },
      ],
      2300,
    )
    expect(screen).toBe(
      `⠸ staging@web1  build venv blog-staging  4 of 9 files  2.3 s
    Collecting flask
    Downloading flask
      20 %
⠸ shop@web2     connecting  2.3 s
· shop@web3     waiting
`,
    )
  })

  it('keeps what the commands of the user print, above the rows', async () => {
    const stage = onStage(60, 12)
    await stage.after([start('run', ['web1', 'web2']), step('web1', 'uptime'), step('web2', 'uptime')])
    const screen = await stage.after([prints('web1', 'up 3 days\nload'), prints('web2', 'up 4 days\n')])
    expect(screen).toBe('web1 | up 3 days\nweb2 | up 4 days\n⠹ web1  uptime  0.2 s\n    load\n⠹ web2  uptime  0.2 s\n')
    const later = await stage.after([prints('web1', ' 0.1\n'), stepEnd('web1', 'uptime'), ends('web1', 'ok')])
    expect(later).toBe(
      'web1 | up 3 days\nweb2 | up 4 days\nweb1 | load 0.1\n✔ web1  ok  0.2 s\n⠸ web2  uptime  0.3 s\n',
    )
  })

  it('leaves its last state, the failures and the recap on the screen', async () => {
    const stage = onStage(60, 12)
    const screen = await stage.after([
      start('deploy staging', ['staging@web1', 'staging@web2']),
      step('staging@web1', 'build venv', { own: true, command: 'pip install -r x.txt' }),
      prints('staging@web1', 'ERROR: no flask'),
      stepEnd('staging@web1', 'build venv', { outcome: 'failed', code: 1 }),
      ends('staging@web1', 'failed', pipFailed),
      ends('web2', 'failed', refused),
      runEnd('deploy staging', [
        result('staging@web1', 'failed', 3200, pipFailed),
        result('staging@web2', 'failed', 100, refused),
      ]),
    ])
    expect(screen).toBe(
      `✘ staging@web1  failed       3.2 s
✘ staging@web2  unreachable  0.1 s

staging on web1: pip exited with 1
  ERROR: no flask
  ran: pip install -r x.txt
  try: fix requirements.txt

web2: connection refused
  port 22 of 10.0.0.7

1 failed, 1 unreachable in 12.3 s
repeat: venvoy deploy staging
`,
    )
    expect(await stage.ended()).toBe(screen)
  })

  it('shows the failed first, then the running, then a count, when there are more than fit', async () => {
    const stage = onStage(60, 8)
    const screen = await stage.after(
      [
        start('deploy', names(20)),
        ...names(20)
          .slice(0, 15)
          .map((name) => step(name, 'migrate', { own: true })),
        ends('web1', 'changed'),
        ends('web12', 'failed', pipFailed),
      ],
      100,
    )
    expect(screen).toBe(
      `✘ web12  pip exited with 1  0.0 s
⠙ web2   migrate  0.1 s
⠙ web3   migrate  0.1 s
⠙ web4   migrate  0.1 s
⠙ web5   migrate  0.1 s
⠙ web6   migrate  0.1 s
1 changed, 1 failed, 13 running, 5 waiting of 20
`,
    )
  })

  it('leaves room for the running where many have failed', async () => {
    const stage = onStage(60, 8)
    const screen = await stage.after([
      start('deploy', names(20)),
      ...names(16).map((name) => ends(name, 'failed', refused)),
      step('web20', 'migrate', { own: true }),
    ])
    expect(screen.split('\n').slice(4)).toEqual([
      '✘ web5   connection refused  0.0 s',
      '⠙ web20  migrate  0.1 s',
      '16 failed, 1 running, 3 waiting of 20',
      '',
    ])
  })

  it('holds the output of many targets back until a step has ended on all, its last lines beneath the rows', async () => {
    const stage = onStage(60, 30)
    const screen = await stage.after([
      start('run', names(4)),
      ...names(4).map((name) => step(name, 'uptime')),
      ...names(4).map((name) => prints(name, `${name} is\nup\n`)),
      ...names(3).flatMap((name) => [stepEnd(name, 'uptime'), ends(name, 'ok')]),
    ])
    expect(screen).toBe(
      '✔ web1  ok  0.0 s\n✔ web2  ok  0.0 s\n✔ web3  ok  0.0 s\n⠙ web4  uptime  0.1 s\n    web4 is\n    up\n',
    )
    expect(await stage.after([stepEnd('web4', 'uptime')])).toBe(
      `web[1-4] (4 hosts): uptime
  {host} is
  up
✔ web1  ok  0.0 s
✔ web2  ok  0.0 s
✔ web3  ok  0.0 s
⠹ web4  uptime  0.2 s
`,
    )
  })

  it('says in the rows what is printed where there is no room beneath them', async () => {
    const stage = onStage(60, 7)
    const events = names(9).flatMap((name) => [step(name, 'uptime'), prints(name, `第${name}行 🚀\n`)])
    expect(await stage.after([start('run', names(9)), ...events])).toBe(
      `⠙ web1  第web1行 🚀  0.1 s
⠙ web2  第web2行 🚀  0.1 s
⠙ web3  第web3行 🚀  0.1 s
⠙ web4  第web4行 🚀  0.1 s
⠙ web5  第web5行 🚀  0.1 s
9 running of 9
`,
    )
  })

  it('says how to see the output after some time, for as long as there is any', async () => {
    const stage = onStage(90, 12)
    const events = [start('run', names(4)), ...names(4).map((name) => step(name, 'tail -f log'))]
    await stage.after([...events, prints('web1', 'a\n')])
    expect(await stage.after([prints('web1', 'b\n')], 11_000)).toBe(
      `⠙ web1  tail -f log  11.1 s
    b
⠙ web2  tail -f log  11.1 s
⠙ web3  tail -f log  11.1 s
⠙ web4  tail -f log  11.1 s
output is shown when a step has ended on all; --stream shows it as it comes
`,
    )
    expect(await stage.after(names(4).map((name) => stepEnd(name, 'tail -f log')))).toBe(
      `web1 | a
web1 | b
⠹ web1  tail -f log  11.2 s
⠹ web2  tail -f log  11.2 s
⠹ web3  tail -f log  11.2 s
⠹ web4  tail -f log  11.2 s
`,
    )
  })

  it('leaves a line for each kind of end of many, the same failures as one, and how to repeat those', async () => {
    const stage = onStage(70, 30)
    const failure = { kind: 'command', what: 'migrate: exited with 1' } as const
    const bad = new Set(['web3', 'web7'])
    const all = names(12)
    const results = all.map((name) =>
      result(name, bad.has(name) ? 'failed' : 'ok', 100, bad.has(name) ? failure : undefined),
    )
    const last = result('web13', 'failed', 100, { ...refused, where: 'web13' })
    const report = { ...reportOf('run migrate', [...results, last]), retry: 'run --retry-failed migrate' }
    const events = [
      start('run migrate', [...all, 'web13']),
      ...all.map((name) => step(name, 'migrate', { command: 'python manage.py migrate' })),
      ...all.map((name) => stepEnd(name, 'migrate', bad.has(name) ? { outcome: 'failed', code: 1 } : {})),
      { type: 'run:end', report },
    ] as const
    expect(await stage.after(events)).toBe(
      `
web3, web7 (2 hosts): migrate: exited with 1
  ran: python manage.py migrate

web13: connection refused
  port 22 of 10.0.0.7

ok           10
failed        2: web3, web7
unreachable   1: web13
in 12.3 s
repeat: venvoy run migrate
only what failed: venvoy run --retry-failed migrate
`,
    )
  })

  it('shows everything as it comes with --stream', async () => {
    const stage = onStage(60, 30, { stream: true })
    const screen = await stage.after([start('run', names(9)), step('web2', 'uptime'), prints('web2', 'a\n')])
    expect(screen.split('\n')[0]).toBe('web2 | a')
  })

  it('shows instances that nobody foresaw in the row of their host', async () => {
    const stage = onStage(60, 12)
    const screen = await stage.after([
      { type: 'run:start', command: 'deploy', hosts: ['web1'], targets: 2 },
      step('a@web1', 'build venv a', { own: true }),
      ends('a@web1', 'changed'),
      step('b@web1', 'build venv b', { own: true }),
    ])
    expect(screen).toBe('⠙ web1  build venv b  0.1 s\n')
    expect(await stage.after([ends('web1', 'changed')])).toBe('✔ web1  changed  0.1 s\n')
  })

  it('prints at once what comes without a run, and shows a table as the result', async () => {
    const stage = onStage(14, 12)
    const table = { type: 'run:table', columns: ['instance', 'port'], rows: [['staging', '8002']] } as const
    expect(await stage.after([table], 0)).toBe('instance  port\nstaging   8002\n')
    const end = runEnd('list', [result('web1', 'ok', 5)])
    expect(await stage.after([end], 0)).toBe('instance  port\nstaging   8002\n')
    expect(await stage.ended()).toBe('instance  port\nstaging   8002\n')
  })
})
