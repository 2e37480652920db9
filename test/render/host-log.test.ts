import { expect, it } from 'vitest'
import type { RunEvent } from '../../src/events.js'
import { HostLog } from '../../src/render/host-log.js'
import { ends, plan, prints, start, step, stepEnd } from './support/events.js'

/** What the logs hold after these events, by host. */
function logged(events: readonly RunEvent[]): Record<string, string[]> {
  const logs: Record<string, string[]> = {}
  const log = new HostLog({
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    write(host, line) {
      logs[host] = [...(logs[host] ?? []), line.replace(/^03:04:05 /, '')]
    },
  })
  for (const event of events) log.emit(event)
  return logs
}

it('keeps for each host what was done and printed there', () => {
  const failure = { kind: 'command', where: 'web2', what: 'uptime: exited with 1', next: 'venvoy run uptime -H web2' }
  const logs = logged([
    start('deploy staging', ['staging@web1', 'web2']),
    { type: 'host:connect', host: 'web1' },
    { type: 'host:ready', host: 'web1', login: 'deploy with a key' },
    plan('staging@web1', { 'build venv': ['+ flask 3.0.0'] }),
    step('staging@web1', 'build venv', { own: true }),
    prints('staging@web1', 'Collec'),
    prints('staging@web1', 'ting\u001b[31m flask\nlast', 'stdout'),
    prints('staging@web1', 'slow\n', 'stderr'),
    stepEnd('staging@web1', 'build venv', { ms: 3200 }),
    ends('staging@web1', 'changed'),
    step('web2', 'uptime', { command: 'uptime\nid' }),
    stepEnd('web2', 'uptime', { outcome: 'failed', code: 1 }),
    ends('web2', 'failed', failure as never),
    { type: 'run:note', level: 'warning', text: 'old keys', host: 'web2' },
  ])
  expect(logs).toEqual({
    web1: [
      'connecting …',
      'logged in: deploy with a key',
      'staging: plan: build venv',
      'staging:   + flask 3.0.0',
      'staging: build venv …',
      'staging | Collecting flask',
      'staging ! slow',
      'staging | last',
      'staging: build venv: ok, 3.2 s',
      'staging: changed',
    ],
    web2: [
      'uptime …',
      '$ uptime',
      '$ id',
      'uptime: exited with 1, 0.1 s',
      'failed',
      'web2: uptime: exited with 1',
      '  try: venvoy run uptime -H web2',
      'warning: old keys',
    ],
  })
})

it('holds a bounded part of what a host prints', () => {
  const megabyte = `${`${'x'.repeat(1023)}\n`.repeat(1024)}`
  const { web1 = [] } = logged([step('web1', 'cat'), ...Array.from({ length: 9 }, () => prints('web1', megabyte))])
  expect(web1).toHaveLength(5 * 1024 + 2)
  expect(web1.at(-1)).toBe('what is printed from here on is left out: a log holds 4 MB of it')
})
