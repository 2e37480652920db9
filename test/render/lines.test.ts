import { describe, expect, it } from 'vitest'
import { ends, pipFailed, plan, prints, refused, result, runEnd, start, step, stepEnd } from './support/events.js'
import { rendered } from './support/render.js'

const esc = '\u001b'

const deploy = [
  start('deploy', ['staging@web1', 'shop@web10']),
  step('staging@web1', 'build venv blog-staging', { own: true, command: 'pip install -r requirements.txt' }),
  step('shop@web10', 'migrate', { command: 'python manage.py migrate' }),
  prints('staging@web1', 'Collecting flask\nERROR: no flask\n'),
  prints('shop@web10', 'Applying 0001\nApplying 00'),
  prints('shop@web10', '02\n'),
  stepEnd('staging@web1', 'build venv blog-staging', { outcome: 'failed', code: 1, ms: 3200 }),
  ends('staging@web1', 'failed', pipFailed),
  stepEnd('shop@web10', 'migrate', { ms: 1500 }),
  ends('shop@web10', 'changed'),
  runEnd('deploy', [result('staging@web1', 'failed', 3300, pipFailed), result('shop@web10', 'changed', 1600)]),
]

describe('the lines view', () => {
  it('puts the output of commands on stdout and progress on stderr', async () => {
    const { stdout, stderr } = await rendered(deploy)
    expect(stdout.text).toBe(`shop@web10   | Applying 0001\nshop@web10   | Applying 0002\n`)
    expect(stderr.text).toBe(
      `staging@web1: build venv blog-staging …
shop@web10: migrate …
staging@web1: build venv blog-staging: exited with 1, 3.2 s
staging on web1: pip exited with 1
  Collecting flask
  ERROR: no flask
  ran: pip install -r requirements.txt
  try: fix requirements.txt
shop@web10: migrate: ok, 1.5 s
shop@web10: changed
1 changed, 1 failed in 12.3 s
  staging@web1: pip exited with 1
repeat: venvoy deploy
`,
    )
  })

  it('says nothing but output and failures when quiet', async () => {
    const { stdout, stderr } = await rendered(deploy, { verbosity: -1 })
    expect(stdout.text).toBe(`shop@web10   | Applying 0001\nshop@web10   | Applying 0002\n`)
    expect(stderr.text).toBe(
      `staging on web1: pip exited with 1
  Collecting flask
  ERROR: no flask
  ran: pip install -r requirements.txt
  try: fix requirements.txt
`,
    )
  })

  it("shows what venvoy's own work prints, on stderr, and who logged in how, when verbose", async () => {
    const events = [
      start('deploy', ['staging@web1']),
      { type: 'host:connect', host: 'web1' },
      { type: 'host:ready', host: 'web1', login: 'publickey id_ed25519 (fast)' },
      plan('staging@web1', { 'build venv': ['+ flask 3.0.0'] }),
      step('staging@web1', 'build venv', { own: true }),
      prints('staging@web1', 'Collecting flask\n'),
      stepEnd('staging@web1', 'build venv', { outcome: 'changed', ms: 20 }),
    ] as const
    const { stdout, stderr } = await rendered(events, { verbosity: 1 })
    expect(stdout.text).toBe('')
    expect(stderr.text).toBe(
      `web1: connecting …
web1: logged in: publickey id_ed25519 (fast)
staging@web1: 1 step
  build venv
    + flask 3.0.0
staging@web1: build venv …
staging@web1 | Collecting flask
staging@web1: build venv: changed, 0.0 s
`,
    )
  })

  it('keeps the two streams of a command apart, whatever bytes they are', async () => {
    const { stdout, stderr } = await rendered([
      start('exec', ['web1']),
      step('web1', 'x'),
      prints('web1', Uint8Array.of(0xe6, 0x9d)),
      prints('web1', 'warn', 'stderr'),
      prints('web1', Uint8Array.of(0xb1, 0xff, 0x0a, 0x0a)),
      prints('web1', `${esc}[31mred${esc}[2J`),
      stepEnd('web1', 'x'),
    ])
    expect(stdout.text).toBe('web1 | 東\ufffd\nweb1 |\nweb1 | red\n')
    expect(stderr.text).toBe('web1: x …\nweb1 | warn\n')
  })

  it('says the last unfinished line of a step that never ends', async () => {
    const lost = { kind: 'command', what: 'connection lost: unknown after step 2' } as const
    const { stdout, stderr } = await rendered([
      start('run', ['web1']),
      step('web1', 'backup', { command: 'sh backup.sh' }),
      prints('web1', 'half a li'),
      ends('web1', 'unknown', lost),
    ])
    expect(stdout.text).toBe('web1 | half a li\n')
    expect(stderr.text).toBe('web1: backup …\nweb1: connection lost: unknown after step 2\n  ran: sh backup.sh\n')
  })

  it('does not repeat in a failure what is on the screen already', async () => {
    const failure = { kind: 'command', what: 'exited with 2', why: ['no such file', 'exit code 2'] } as const
    const { stderr } = await rendered([
      start('exec', ['web1']),
      step('web1', 'cat x', { command: 'cat x' }),
      prints('web1', 'no such file\n', 'stderr'),
      stepEnd('web1', 'cat x', { outcome: 'failed', code: 2 }),
      ends('web1', 'failed', failure),
      runEnd('exec -H web1 -- cat x', [result('web1', 'failed', 200, failure)], 300),
    ])
    expect(stderr.text).toBe(
      `web1: cat x …
web1 | no such file
web1: cat x: exited with 2, 0.1 s
web1: exited with 2
  exit code 2
  ran: cat x
1 failed in 0.3 s
repeat: venvoy exec -H web1 -- cat x
`,
    )
  })

  it('colours names and marks, and keeps the colours of commands, when asked to', async () => {
    const { stdout } = await rendered(
      [start('exec', ['web1']), step('web1', 'ls'), prints('web1', `${esc}[34mdir\n`), stepEnd('web1', 'ls')],
      { color: true },
    )
    expect(stdout.text).toBe(`${esc}[36mweb1${esc}[39m ${esc}[2m|${esc}[22m ${esc}[34mdir${esc}[0m\n`)
  })

  it('shows the plans as the result of a dry run, in their order, and folds what has nothing to do', async () => {
    const idle = Array.from({ length: 6 }, (_, at) => `client-${at + 1}@web1`)
    const { stdout, stderr } = await rendered([
      start('plan', ['staging@web1', 'staging@web2', ...idle], { dryRun: true }),
      ...idle.toReversed().map((name) => plan(name, {})),
      plan('staging@web2', { switch: [] }),
      plan('staging@web1', { 'build venv': ['+ flask 3.0.0', '~ six 1.15 -> 1.16', '- django 2.2'], switch: [] }),
      runEnd('plan', [result('staging@web1', 'skipped', 1), ...idle.map((name) => result(name, 'unchanged', 1))]),
    ])
    expect(stdout.text).toBe(
      `staging@web1: 2 steps
  build venv
    + flask 3.0.0
    ~ six 1.15 -> 1.16
    - django 2.2
  switch
staging@web2: 1 step
  switch
6 targets: nothing to do (${idle.join(', ')})
`,
    )
    expect(stderr.text).toBe('2 to change, 6 with nothing to do\n')
  })

  it('prints tables on stdout, a line between them, and no recap behind them', async () => {
    const { stdout, stderr } = await rendered([
      {
        type: 'run:table',
        columns: ['instance', 'python'],
        rows: [
          ['東京', '3.11'],
          ['staging', '3.9'],
        ],
      },
      { type: 'run:table', columns: ['host'], rows: [['web1']] },
      { type: 'run:note', level: 'warning', text: 'requirements are\nnot locked', host: 'web1' },
      { type: 'run:note', level: 'info', text: 'using deploy.local.yml' },
      runEnd('list', [result('web1', 'ok', 5)]),
    ])
    expect(stdout.text).toBe('instance  python\n東京      3.11\nstaging   3.9\n\nhost\nweb1\n')
    expect(stderr.text).toBe('web1: warning: requirements are not locked\nusing deploy.local.yml\n')
  })

  it('says once what happened to a host and all its instances', async () => {
    const { stderr } = await rendered([
      start('deploy', ['a@web2', 'b@web2']),
      ends('web2', 'failed', refused),
      runEnd('deploy', [result('a@web2', 'failed', 10, refused), result('b@web2', 'failed', 10, refused)], 90),
    ])
    expect(stderr.text).toBe(
      `web2: connection refused
  port 22 of 10.0.0.7
2 unreachable in 0.1 s
  a@web2: connection refused
  b@web2: connection refused
repeat: venvoy deploy
`,
    )
  })

  it('writes once for an event, however many lines it has', async () => {
    const { stdout } = await rendered([start('x', ['web1']), step('web1', 'x'), prints('web1', 'a\n'.repeat(10_000))])
    expect(stdout.writes).toBe(1)
  })
})
