import { describe, expect, it } from 'vitest'
import { venvoy, venvoyBytes } from './support/venvoy.js'

const files = {
  'deploy.yml': `project: blog
hosts:
  web1: local
  web2: { address: local, env: { ROLE: web } }
  db: { address: local, env: { ROLE: database } }
groups: { web: [web1, web2], data: [db] }
instances:
  staging: { hosts: [web1] }
`,
}

const exec = (...args: readonly string[]) => venvoy({ files, args: ['exec', ...args] })

/** Hosts work at once: which speaks first is not said. */
const sorted = (text: string): string[] => text.trimEnd().split('\n').sort()

describe('venvoy exec', () => {
  it('reads one word as shell text', async () => {
    expect(await exec('-H', 'db', 'echo a; echo $ROLE')).toEqual({ stdout: 'a\ndatabase\n', stderr: '', code: 0 })
  })

  it('takes several words as they are', async () => {
    expect(await exec('-H', 'db', '--', 'printf', '[%s]', '$ROLE', 'a;b  c', "it's", '-v')).toEqual({
      stdout: "[$ROLE][a;b  c][it's][-v]",
      stderr: '',
      code: 0,
    })
  })

  it('passes the bytes of one target through', async () => {
    const args = ['exec', '-H', 'db', '--', 'printf', '\\377\\000\\r\\033[31mred', 'x']
    const { stdout, stderr } = await venvoyBytes({ files, args })
    expect([stdout, stderr]).toEqual([Buffer.from('\xff\0\r\x1b[31mred', 'latin1'), Buffer.alloc(0)])
  })

  it('gives the exit code of one target, and says how to run it again', async () => {
    expect(
      await exec('-H', 'db', '--cd', '/', '--prefix', 'A=1', '--', 'sh', '-c', 'echo $A; pwd >&2; exit 41'),
    ).toEqual({
      stdout: '\n',
      stderr: `/
db: sh -c 'echo $A; pwd >&2; exit 41': exited with 41
  ran: sh -c 'echo $A; pwd >&2; exit 41'
  try: venvoy exec -H db --prefix A=1 --cd / -- sh -c 'echo $A; pwd >&2; exit 41'
`,
      code: 41,
    })
  })

  it('gives 1 when one of several targets fails', async () => {
    const { stdout, stderr, code } = await exec('-q', '-g', 'web', 'test -z "$ROLE" || exit 41')
    expect({ stdout, stderr, code }).toEqual({
      stdout: '',
      stderr: `web2: test -z "$ROLE" || exit 41: exited with 41
  ran: test -z "$ROLE" || exit 41
  try: venvoy exec -H web2 -- 'test -z "$ROLE" || exit 41'
`,
      code: 1,
    })
  })

  it('runs nothing under a prefix that fails', async () => {
    const { stdout, code } = await exec('-H', 'db', '--prefix', 'exit 7', 'echo never')
    expect({ stdout, code }).toEqual({ stdout: '', code: 7 })
  })

  it('needs no file for a host that is named', async () => {
    expect(await venvoy({ args: ['exec', '-H', 'local', 'echo here'] })).toEqual({
      stdout: 'here\n',
      stderr: '',
      code: 0,
    })
  })

  const selections: readonly [options: string, hosts: readonly string[]][] = [
    ['', ['db', 'web1', 'web2']],
    ['-H web*', ['web1', 'web2']],
    ['-H web1 -H db', ['db', 'web1']],
    ['-g web -x web1', ['web2']],
    ['-x data', ['web1', 'web2']],
    ['-x *1', ['db', 'web2']],
    ['-g web -H db', ['db', 'web1', 'web2']],
  ]
  it.each(selections)('chooses hosts by %j', async (options, hosts) => {
    const { stdout } = await exec('--plain', ...options.split(' ').filter(Boolean), 'echo')
    expect(sorted(stdout).map((line) => line.replace(/ *\|$/, ''))).toEqual(hosts)
  })

  it('refuses a selection that leaves nothing', async () => {
    expect(await exec('-g', 'web', '-x', 'web*', 'true')).toEqual({
      stdout: '',
      stderr: 'no host is left by -g web -x web*\n',
      code: 2,
    })
  })

  it('puts the names of hosts before what they print, and progress on stderr', async () => {
    const { stdout, stderr } = await exec('-g', 'web', 'echo "$ROLE"; echo err >&2')
    expect(sorted(stdout)).toEqual(['web1 |', 'web2 | web'])
    expect(sorted(stderr)).toEqual([
      '2 ok in N s',
      'web1 | err',
      'web1: echo "$ROLE"; echo err >&2 …',
      'web2 | err',
      'web2: echo "$ROLE"; echo err >&2 …',
    ])
  })

  it('says only what is printed with -q', async () => {
    const { stdout, stderr } = await exec('-q', '-g', 'web', 'echo hi')
    expect([sorted(stdout), stderr]).toEqual([['web1 | hi', 'web2 | hi'], ''])
  })

  it('says who logged in how with -v', async () => {
    const { stderr } = await exec('--plain', '-v', '-H', 'db', 'true')
    expect(stderr).toBe(`db: connecting …
db: logged in: local
db: true …
db: true: ok, N s
1 ok in N s
`)
  })

  it('writes events and a report, and nothing else, with --json', async () => {
    const { stdout, stderr, code } = await exec('--json', '-H', 'db', 'printf "a\\377"; exit 3')
    expect({ stderr, code }).toEqual({ stderr: '', code: 3 })
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ type }) => type)).toEqual([
      ...['run:start', 'host:connect', 'host:ready', 'step:start', 'step:output', 'step:end', 'host:end', 'report'],
    ])
    expect(events[4]).toEqual({
      ...{ v: 1, type: 'step:output', time: 'TIME', host: 'db', step: 'p1.1.0' },
      ...{ stream: 'stdout', data: 'Yf8=', encoding: 'base64' },
    })
    expect(events.at(-1)).toEqual({
      ...{
        v: 1,
        type: 'report',
        time: 'TIME',
        command: `exec --json -H db 'printf "a\\377"; exit 3'`,
        exitCode: 3,
        ms: 0,
        folder: 'HOME/.local/state/venvoy/runs/ID',
      },
      results: [
        {
          ...{ host: 'db', outcome: 'failed', steps: 0, ms: 0 },
          failure: {
            kind: 'command',
            where: 'db',
            what: 'printf "a\\377"; exit 3: exited with 3',
            why: ['a\ufffd'],
            next: `venvoy exec -H db -- 'printf "a\\377"; exit 3'`,
          },
        },
      ],
    })
  })
})
