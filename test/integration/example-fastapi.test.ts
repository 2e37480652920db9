import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { type Example, openExample } from '../support/example.js'
import { standInLock, standIns } from '../support/stand-ins.js'

const packages = process.env.VENVOY_TEST_ALL ? (['stand-ins', 'real packages'] as const) : (['stand-ins'] as const)

/** One story, told in order. */
describe.each(packages)('the example of a FastAPI service, with %s', (which) => {
  let example: Example
  let index: PackageIndex

  beforeAll(async () => {
    index = await startPackageIndex(standIns)
    const isReal = which === 'real packages'
    const more = { service_manager: 'pidfile', ...(!isReal && { venv: { index: index.url } }) }
    example = await openExample('fastapi-service', { more })
    if (!isReal) example.desk.write('api/pylock.toml', standInLock('fastapi', 'uvicorn', 'standing-in'))
  })
  afterAll(async () => {
    await example.venvoy('stop', '--all', '--yes')
    await Promise.all([example.stop(), index.stop()])
  })

  const at = (path: string) => join(example.hosts.web1!.home, 'apps', path)
  const get = async (path: string) => JSON.parse((await example.get('production', 'web1', path)) ?? 'null')
  const deploy = () => example.venvoy('deploy', 'production')
  /** Asks the web process for a job, and gives what the worker made of it. */
  async function resultOf(text: string): Promise<string> {
    const url = `http://127.0.0.1:${example.portOf('production', 'web1')}/jobs/${text}`
    const { id } = (await (await fetch(url, { method: 'POST' })).json()) as { id: number }
    for (let tries = 0; tries < 500; tries++) {
      const { result } = (await get(`/jobs/${id}`)) as { result: string | null }
      if (result !== null) return result
      await sleep(20)
    }
    throw new Error(`the worker did not do ${text}`)
  }

  it('serves, and its worker works', async () => {
    const { code, stderr } = await deploy()
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 changed')])
    expect(await get('/healthz')).toEqual({ ready: true, release: '1' })
    expect(await resultOf('first')).toBe('FIRST')
  }, 240_000)

  it('keeps its queue in the next release, which both processes run then', async () => {
    const worker = readFileSync('examples/fastapi-service/api/jobs/worker.py', 'utf8')
    example.desk.write('api/jobs/worker.py', worker.replace('text.upper()', 'text.title()'))
    expect((await deploy()).code).toBe(0)
    expect([await get('/healthz'), await get('/jobs/1')]).toEqual([
      { ready: true, release: '2' },
      { id: 1, result: 'FIRST' },
    ])
    expect(await resultOf('second')).toBe('Second')
    const logs = await example.venvoy('logs', 'production', '--service', 'worker')
    expect(logs.stdout).toBe('release 1 works\nrelease 2 works\n')
  })

  it('has a line for cron, which tidies up as cron would call it', () => {
    const crontab = readFileSync(join(example.hosts.web1!.home, 'crontab'), 'utf8').split('\n')
    expect(crontab[1]).toBe(`30 3 * * * ${at('jobs-production/run')} cron tidy`)
    const said = execFileSync(at('jobs-production/run'), ['cron', 'tidy'], { env: { PATH: '/usr/bin:/bin' } })
    expect(`${said}`).toBe('forgot 0 jobs\n')
  })

  it('goes on as it is where the new code cannot be imported', async () => {
    example.desk.write('api/jobs/worker.py', 'import no_such_module\n')
    const { code, stderr } = await deploy()
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("ModuleNotFoundError: No module named 'no_such_module'"),
    ])
    expect([readlinkSync(at('jobs-production/current')), await resultOf('third')]).toEqual(['releases/2', 'Third'])
  })
})
