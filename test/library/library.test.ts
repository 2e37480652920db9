import { describe, expect, it } from 'vitest'
import { connect, param, type RunEvent, run, task, type VenvoyError } from '../../src/index.js'
import { scriptedHost } from '../../src/testing/index.js'

const script = { uptime: 'up', whoami: ({ user = 'me' }) => user, fail: { code: 3, stderr: 'why\n' } }

describe('connect', () => {
  it('gives a host with all that a task can do', async () => {
    const host = scriptedHost(script)
    const events: RunEvent[] = []
    const c = await connect(host, { onEvent: (event) => events.push(event) })
    expect([c.host, c.login, (await c.run('uptime')).stdout, (await c.sudo('whoami')).stdout]).toEqual([
      'scripted',
      'scripted',
      'up\n',
      'root\n',
    ])
    expect([await c.test('fail'), await c.cd('/srv', async (c) => (await c.run('uptime')).code)]).toEqual([false, 0])
    await c.close()
    expect(events.map(({ type }) => type).filter((type) => !type.startsWith('step:'))).toEqual([
      'host:connect',
      'host:ready',
      'host:end',
    ])
    expect(events.filter(({ type }) => type === 'step:start')).toHaveLength(4)
  })

  it('throws what fails', async () => {
    const c = await connect(scriptedHost(script))
    const error = await c.run('fail').catch((thrown: VenvoyError) => thrown)
    expect(error).toMatchObject({
      failure: { kind: 'command', where: 'scripted', what: 'fail: exited with 3', why: ['why'] },
    })
    await c.close()
  })

  it('runs on this machine without SSH', async () => {
    const c = await connect({ address: 'local', name: 'here', env: { GREETING: 'hi' } })
    expect([c.host, (await c.run('echo $GREETING')).stdout]).toEqual(['here', 'hi\n'])
    await c.close()
  })

  it.each(['', 'a b', '{{ x }}'])('refuses what is no host: %j', async (host) => {
    await expect(connect(host)).rejects.toThrow(`not a host: ${JSON.stringify(host)}`)
  })
})

describe('run', () => {
  const prepare = task('Prepare', (c) => c.run('uptime'))
  const work = task(
    'Work',
    { needs: [prepare], params: { n: param.number({ required: true }), user: param.string() } },
    async (c, { n, user }) => {
      await c.run(n > 1 ? 'whoami' : 'fail')
      await c.sudo('whoami', user === undefined ? {} : { user })
    },
  )

  it('runs a task with what it needs on hosts, each under a name of its own', async () => {
    const hosts = [scriptedHost(script), scriptedHost(script)]
    const events: string[] = []
    const onEvent = ({ type }: RunEvent) => events.push(type)
    const report = await run(work, { hosts, args: { n: 2, user: 'www' }, onEvent })
    expect(report.results.map(({ host, outcome, steps }) => [host, outcome, steps])).toEqual([
      ['scripted', 'ok', 1],
      ['scripted-2', 'ok', 1],
      ['scripted', 'ok', 2],
      ['scripted-2', 'ok', 2],
    ])
    expect([report.command, report.exitCode, hosts[1]!.commands()]).toEqual([
      'run Work',
      0,
      ['uptime', 'whoami', 'whoami'],
    ])
    expect([events[0], events.at(-1)]).toEqual(['run:start', 'run:end'])
  })

  it('reports what fails', async () => {
    const { results, exitCode } = await run(work, { hosts: [scriptedHost(script)], args: { n: 1 } })
    expect([exitCode, results.map(({ outcome, failure }) => [outcome, failure?.what])]).toEqual([
      1,
      [
        ['ok', undefined],
        ['failed', 'fail: exited with 3'],
      ],
    ])
  })

  it('refuses what is told wrongly, and to run on nothing', async () => {
    await expect(run(work, { hosts: ['local'], args: { n: 'x' as never } })).rejects.toThrow(
      'Work: --n should be a number, not "x"',
    )
    await expect(run(prepare)).rejects.toThrow('run: there is nothing to run on\n  try: give hosts, or file')
  })
})
