import { afterEach, describe, expect, it } from 'vitest'
import { runDynamic } from '../../src/run/dynamic.js'
import type { Run } from '../../src/run/run.js'
import { type TaskContext, task } from '../../src/run/task.js'
import { secret } from '../../src/shell/command.js'
import { emptyContext } from '../../src/shell/context.js'
import { hostSpec, testRun } from '../support/run.js'
import { localHost } from '../support/session.js'

const hosts: ReturnType<typeof localHost>[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.remove()
})

type Block = (c: TaskContext) => Promise<unknown>

async function runOn(block: Block, confirm?: Run['confirm']) {
  const [host, here] = [localHost(), localHost()]
  hosts.push(host, here)
  const { run } = testRun({
    connect: async ({ local }) => (local ? here.connection : host.connection),
    ...(confirm && { confirm }),
  })
  const context = { ...emptyContext, env: { A: 'x' }, cwd: '/' }
  const [result] = await runDynamic(run, task('t', block), [{ host: hostSpec('web1'), context, folder: here.home }])
  return { outcome: result!.outcome, what: result!.failure?.what, here: here.home }
}

describe('a task that is code', () => {
  it('runs commands here, in the folder of the file, with the env around them', async () => {
    const said: string[] = []
    const { outcome, here } = await runOn(async (c) => {
      said.push((await c.run('pwd; echo $A')).stdout)
      said.push((await c.local('pwd; echo $A')).stdout)
      said.push((await c.local('echo again')).stdout)
    })
    expect([outcome, said]).toEqual(['ok', ['/\nx\n', `${here}\nx\n`, 'again\n']])
  })

  it.each<[string, Block, string | undefined]>([
    ['takes another code for success', (c) => c.run('exit 3', { okCodes: [0, 3] }), undefined],
    ['fails by a code that is none of success', (c) => c.run('exit 0', { okCodes: [3] }), 'exit 0: exited with 0'],
    ['fails by a command here', (c) => c.local('exit 4'), 'exit 4: exited with 4'],
    ['gives a command something to read', (c) => c.run('test "$(cat)" = "a b"', { stdin: 'a b' }), undefined],
    ['gives one here something to read', (c) => c.local('test "$(cat)" = s3', { stdin: secret('S', 's3') }), undefined],
    [
      'types answers',
      (c) => c.run('printf "Go? "; read -r x; test "$x" = yes', { pty: true, answers: { 'Go?': 'yes' } }),
      undefined,
    ],
    ['types only on a terminal', (c) => c.run('x', { answers: { a: 'b' } }), 'answers: need pty'],
    [
      'types answers or has stdin',
      (c) => c.run('x', { pty: true, stdin: 'a' }),
      'stdin: means nothing with pty: what is typed there are answers',
    ],
    ['waits for a command', (c) => c.wait({ command: 'echo x >>"$HOME/w"; test $(wc -l <"$HOME/w") = 2' }), undefined],
    ['waits no longer than told', (c) => c.wait({ port: 1, within: 1 }), 'wait for port 1: exited with 1'],
    ['says what is no port', (c) => c.wait({ port: 'web' }), 'should be a port, 1 to 65535, or host:port, not web'],
    ['asks nobody where nobody is there', (c) => c.confirm('Sure?'), 'Sure? cannot be asked: there is no terminal'],
  ])('%s', async (_, block, what) => {
    const ran = await runOn(block)
    expect([ran.outcome, ran.what]).toEqual([what === undefined ? 'ok' : 'failed', what])
  })

  it('goes on after a yes only', async () => {
    const gone: string[] = []
    const block: Block = async (c) => {
      await c.confirm('Sure?')
      gone.push(c.host)
    }
    const yes = await runOn(block, async () => true)
    const no = await runOn(block, async () => false)
    expect([yes.what, no.what, gone]).toEqual([undefined, 'not confirmed: Sure?', ['web1']])
  })
})
