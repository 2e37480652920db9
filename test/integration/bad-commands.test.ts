import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostKinds, startHost, type TestHost } from '../support/hosts.js'
import { isAlive, until } from '../support/processes.js'
import { type Desk, jsonLines, openDesk } from '../support/project.js'

let host: TestHost
let desk: Desk

describe.each(hostKinds)('on %s', (kind) => {
  beforeEach(async () => {
    host = await startHost(kind, { login: 'dash' })
    desk = openDesk()
    const web1 = desk.know(host)
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { web1, web2: { ...web1 } },
      tasks: {
        bytes: { on: 'hosts', run: "printf 'a\\377b\\303'; printf 'c\\000\\n\\360\\237\\232\\200' >&2; exit 3" },
        much: { on: 'hosts', run: 'yes 0123456789 | head -c 11000000' },
        endless: { on: 'hosts', run: 'yes', timeout: 1 },
      },
    })
  })
  afterEach(async () => {
    desk.remove()
    await host.stop()
  })

  it('invalid UTF-8 is passed on as it is, shown as text in lines, and is base64 in --json', async () => {
    const raw: Buffer[] = []
    const call = desk.start(['run', '-H', 'web1', 'bytes'], { onStdout: (chunk) => raw.push(chunk) })
    const { code } = await call.end
    expect([code, Buffer.concat(raw)]).toEqual([1, Buffer.from('a\xffb\xc3', 'latin1')])
    const json = jsonLines(await desk.venvoy('run', '-H', 'web1', '--json', 'bytes'))
    const outputs = json.filter(({ type }) => type === 'step:output')
    const bytes = (name: string) =>
      Buffer.concat(
        outputs
          .filter(({ stream }) => stream === name)
          .map(({ data, encoding }) => Buffer.from(data as string, encoding === 'base64' ? 'base64' : 'utf8')),
      ).toString('latin1')
    expect([bytes('stdout'), bytes('stderr')]).toEqual(['a\xffb\xc3', 'c\0\n\xf0\x9f\x9a\x80'])
    const lines = await desk.venvoy('run', 'bytes')
    expect([lines.code, lines.stdout.split('\n').sort()]).toEqual([
      1,
      ['', 'web1 | a\ufffdb\ufffd', 'web2 | a\ufffdb\ufffd'],
    ])
  })

  it("a million lines from each of two hosts arrive, each under its host's name", async () => {
    let length = 0
    let last = ''
    const call = desk.start(['run', '-q', 'much'], {
      onStdout(chunk) {
        length += chunk.length
        last = chunk.toString('latin1').slice(-1)
      },
    })
    const { code, stderr } = await call.end
    // `web1 | 0123456789`
    expect([code, stderr, length]).toEqual([0, '', 2 * 1_000_000 * 18])
    expect(last).toBe('\n')
  })

  it('a command that prints without end is ended by its timeout', async () => {
    let length = 0
    const call = desk.start(['run', '-H', 'web1', 'endless'], {
      onStdout(chunk) {
        length += chunk.length
      },
    })
    const { code, stderr } = await call.end
    expect([code, desk.mask(stderr)]).toEqual([
      1,
      'web1: yes: took longer than 1 s and was stopped, with all that it had started\n  ran: yes\n  try: venvoy run -H web1 endless\n',
    ])
    expect(length).toBeGreaterThan(1_000_000)
  })

  it('a terminated venvoy leaves nothing running', async () => {
    const call = desk.start(['exec', '-H', 'web1', '--', 'echo "pid $$"; sleep 300'])
    await call.says('pid ')
    const pid = Number(/pid (\d+)/.exec(call.said().stdout)?.[1])
    call.kill('SIGKILL')
    expect((await call.end).code).toBe('SIGKILL')
    await until('the command has ended', () => !isAlive(pid))
  })
})
