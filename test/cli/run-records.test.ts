import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, venvoy } from './support/venvoy.js'

/** Three hosts that are this machine; `web2` fails until the file `mended` is in the home folder. */
const file = `project: blog
hosts:
  web1: { address: local, env: { KEY: !secret BLOG_KEY } }
  web2: { address: local }
  web3: { address: local }
tasks:
  hello: { on: hosts, run: 'echo $VENVOY_HOST $KEY; test $VENVOY_HOST != web2 || test -e mended' }
`

/** Runs venvoy in one project, again and again. */
function project() {
  const home = newFolder()
  const folder = newFolder()
  writeFileSync(join(folder, 'deploy.yml'), file)
  const runs = join(home, '.local', 'state', 'venvoy', 'runs')
  const run = (...args: string[]) => {
    return venvoy({ args: ['-f', join(folder, 'deploy.yml'), ...args], home, env: { BLOG_KEY: 'sesame-open' } })
  }
  const last = () => join(runs, readdirSync(runs).sort().at(-1)!)
  const stderrOf = async (...args: string[]) => (await run(...args)).stderr.replaceAll(folder, 'PROJECT')
  return { home, runs, run, stderrOf, last }
}

describe('the record of a run', () => {
  it('says what was done and how it ended, for its owner only, and no secret', async () => {
    const { run, last } = project()
    const { stdout } = await run('run', '-x', 'web3', 'hello')
    expect(stdout).toContain('web1 | web1 [BLOG_KEY]\n')
    const record = JSON.parse(readFileSync(join(last(), 'run.json'), 'utf8'))
    expect(record).toMatchObject({ v: 1, words: ['run', 'hello'], exitCode: 1, dryRun: false })
    expect(record.results.map(({ host, outcome }: Record<string, string>) => [host, outcome])).toEqual([
      ['web1', 'ok'],
      ['web2', 'failed'],
    ])
    const log = readFileSync(join(last(), 'web1.log'), 'utf8')
    expect(log).toMatch(/^\d\d:\d\d:\d\d \| web1 \[BLOG_KEY\]$/m)
    expect(readdirSync(last()).sort()).toEqual(['run.json', 'web1.log', 'web2.log'])
    expect(readdirSync(last()).map((name) => statSync(join(last(), name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
  })

  it('is not made of what contacts no host', async () => {
    const { run, runs } = project()
    await run('list')
    expect(() => readdirSync(runs)).toThrow('ENOENT')
  })

  it('is done without where it cannot be written', async () => {
    const { home, run } = project()
    writeFileSync(join(home, '.local'), 'in the way')
    const { stdout, stderr, code } = await run('exec', '-H', 'web1', '--', 'echo', 'hi')
    expect({ stdout, code }).toEqual({ stdout: 'hi\n', code: 0 })
    expect(stderr).toMatch(/^warning: no record is kept of this run: ENOTDIR/)
  })
})

describe('--retry-failed', () => {
  it('runs what did not end well in the last run, until all has', async () => {
    const { home, run, stderrOf } = project()
    expect(await stderrOf('run', '--retry-failed', 'hello')).toBe(
      'there is no earlier run of `venvoy run hello` here to retry\n  try: run it without --retry-failed\n',
    )
    await run('run', 'hello')
    const second = await run('run', '--retry-failed', '-q', 'hello')
    expect(second).toMatchObject({ code: 1, stdout: 'web2\n' })
    writeFileSync(join(home, 'mended'), '')
    const third = await run('run', '--retry-failed', '--plain', 'hello')
    expect(third).toMatchObject({ code: 0, stdout: 'web2 | web2\n' })
    expect(third.stderr).toMatch(/^again what venvoy .* run --retry-failed -q hello \(.*Z\) left: 1 of 1: web2\n/)
    expect(await stderrOf('run', '--retry-failed', 'hello')).toMatch(/^nothing is left to retry: .* on all 1\n$/)
  })

  it('takes on the options that decided what was done', async () => {
    const { run } = project()
    const again = ['exec', '--', 'pwd; test $VENVOY_HOST = web1']
    await run('exec', '--cd', '/usr', ...again.slice(1))
    const { stdout } = await run('exec', '--retry-failed', ...again.slice(1))
    // Hosts run at the same time: either may be the first.
    expect(stdout.split('\n').sort()).toEqual(['', 'web2 | /usr', 'web3 | /usr'])
  })

  it('refuses a selection that leaves nothing', async () => {
    const { run, stderrOf } = project()
    await run('run', 'hello')
    expect(await stderrOf('run', '--retry-failed', '-H', 'web1', 'hello')).toBe(
      'none of what failed the last time is selected now\n' +
        '  try: leave out -i, -H, -g and -x: --retry-failed selects by itself\n',
    )
  })
})
