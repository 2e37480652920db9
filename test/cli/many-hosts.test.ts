import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

const names = Array.from({ length: 12 }, (_, at) => `web${at + 1}`)

const files = {
  'deploy.yml': `project: blog
hosts:
${names.map((name) => `  ${name}: local`).join('\n')}
instances:
${[1, 2, 3, 4].map((at) => `  client-${at}: { hosts: [web1], port: ${8000 + at} }`).join('\n')}
tasks:
  told: { local: echo $VENVOY_INSTANCE $PORT }
  greet:
    on: hosts
    run: ['echo "I am $VENVOY_HOST"', 'echo two; test "$VENVOY_HOST" != web3 && test "$VENVOY_HOST" != web12']
`,
}

const on = (args: readonly string[], more: Partial<Parameters<typeof venvoy>[0]> = {}) =>
  venvoy({ files, args, ...more })

describe('venvoy on many hosts', () => {
  it('says once what all of them say, and the failures that are the same', async () => {
    const { stdout, stderr, code } = await on(['run', '--fold', 'greet'])
    expect({ stdout, code }).toEqual({
      code: 1,
      stdout: `web[1-12] (12 hosts): echo "I am $VENVOY_HOST"
  I am {host}
web[1-12] (12 hosts): echo two; test "$VENVOY_HOST" != web3 && test "$VENVOY_HOST…
  two
`,
    })
    const title = 'echo two; test "$VENVOY_HOST" != web3 && test "$VENVOY_HOST" != web12'
    const [first, second, ...rest] = stderr.replace('N s to N s', 'N s').split('\n')
    expect([first, second].sort()).toEqual(['echo "I am $VENVOY_HOST" …', `${title} …`])
    expect(rest).toEqual([
      'echo two; test "$VENVOY_HOST" != web3 && test "$VENVOY_HOST…: 10 ok, 2 failed, N s',
      `web3, web12 (2 hosts): ${title}: exited with 1`,
      `  ran: ${title}`,
      '  try: venvoy run -H {host} greet',
      'ok      10',
      'failed   2: web3, web12',
      'in N s',
      'repeat: venvoy run --fold greet',
      'only what failed: venvoy run --retry-failed --fold greet',
      'logs: HOME/.local/state/venvoy/runs/ID',
      '',
    ])
  })

  it('gives the line that repeats only what failed', async () => {
    const home = newFolder()
    const first = await on(['exec', '-H', 'web*', '--', 'sh', '-c', '[ $VENVOY_HOST != web9 ]'], { home })
    expect(first.stderr).toContain(
      "only what failed: venvoy exec --retry-failed -H 'web*' -- sh -c '[ $VENVOY_HOST != web9 ]'\n",
    )
  })

  it('shows each line as it comes with --stream', async () => {
    const { stdout } = await on(['exec', '--stream', '--', 'echo hi'])
    expect(stdout.trimEnd().split('\n').sort()).toEqual(names.map((name) => `${name.padEnd(5)} | hi`).sort())
  })

  it('knows what is an instance its own', async () => {
    const { stdout } = await on(['run', '-q', '--fold', 'told'])
    expect(stdout).toBe('client-[1-4]@web1 (4 instances): echo $VENVOY_INSTANCE $PORT\n  {instance} {port}\n')
  })

  it('says nothing of folds in JSON', async () => {
    const { stdout } = await on(['exec', '--json', '--', 'echo hi'])
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.filter(({ type }) => type === 'step:output').map(({ data }) => data)).toEqual(names.map(() => 'hi\n'))
  })

  it('folds in a build log, without a carriage return and without a code', async () => {
    const { stdout, stderr } = await on(['exec', '-q', '--', 'printf "1\\r2\\033[2K\\n"'], {
      env: { GITHUB_ACTIONS: 'true' },
    })
    expect(stdout).toBe('web[1-12] (12 hosts): printf "1\\r2\\033[2K\\n"\n  2\n')
    expect(stderr).toBe('::group::printf "1\\r2\\033[2K\\n"\n::endgroup::\n')
  })
})
