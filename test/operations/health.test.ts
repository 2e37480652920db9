import { describe, expect, it } from 'vitest'
import type { HealthSpec } from '../../src/config/spec.js'
import { health } from '../../src/operations/health.js'
import { describeCommand } from '../../src/run/compile.js'
import { secret, shell } from '../../src/shell/command.js'
import { specOf } from '../plan/given.js'

const times = { within: 30, every: 1 }
const stepsOf = (...checks: HealthSpec[]) => health(specOf({ health: checks }), '/usr/bin/python3')

describe('health checks', () => {
  it('of a URL and of a port are the helper’s, with all that a good answer has; a secret is in no plan', () => {
    const [url, port] = stepsOf(
      {
        ...{ kind: 'url', ...times, url: 'http://127.0.0.1:8001/healthz', status: [200, 204], text: 'ready' },
        headers: { Host: 'blog.example.com', Authorization: secret('TOKEN', 'hunter2') },
      },
      { kind: 'tcp', ...times, title: 'port 8001', host: '127.0.0.1', port: 8001 },
    )
    expect(url).toEqual({
      kind: 'helper',
      title: 'check health: http://127.0.0.1:8001/healthz',
      lines: ['answers with 200 or 204', 'holds "ready"', 'within 30 s'],
      python: '/usr/bin/python3',
      action: 'health',
      sealed: { headers: { Host: 'blog.example.com', Authorization: secret('TOKEN', 'hunter2') } },
      input: {
        ...times,
        url: 'http://127.0.0.1:8001/healthz',
        status: [200, 204],
        text: 'ready',
        headers: [
          ['Host', 'blog.example.com'],
          ['Authorization', 'hunter2'],
        ],
      },
    })
    expect(port).toMatchObject({ title: 'check health: port 8001', input: { ...times, tcp: ['127.0.0.1', 8001] } })
  })

  it('by a command run it in the context of the instance until it succeeds; people see the command alone', () => {
    const [step] = stepsOf({ kind: 'run', ...times, command: shell('python manage.py check') })
    expect(step).toMatchObject({
      kind: 'run',
      title: 'check health: python manage.py check',
      timeout: 31,
      context: { cwd: expect.anything() },
    })
    expect(describeCommand(step!)).toBe('python manage.py check')
  })
})
