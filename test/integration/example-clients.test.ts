import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { type Example, openExample } from '../support/example.js'
import { contentsOf, differences } from '../support/project.js'
import { standInLock, standIns } from '../support/stand-ins.js'

/** One story, told in order, of three of the hundred. */
describe('the example of many clients on one host', () => {
  let example: Example
  let index: PackageIndex

  beforeAll(async () => {
    index = await startPackageIndex(standIns)
    example = await openExample('many-clients', {
      kind: 'sshd',
      more: {
        service_manager: 'pidfile',
        venv: { index: index.url },
        secrets: { PAYMENT_KEY: { command: 'echo key of {{ instance }}' } },
      },
    })
    example.desk.write('shop/pylock.toml', standInLock('gunicorn', 'standing-in'))
  })
  afterAll(async () => {
    await example.venvoy('stop', 'client-1', 'client-50', '--yes')
    await Promise.all([example.stop(), index.stop()])
  })

  const at = (path: string) => join(example.hosts.web1!.home, path)
  const clients = ['client-1', 'client-2', 'client-50'] as const
  /** `20000 port /home/deploy/apps/shop-client-1` */
  const portOf = (client: string) =>
    new RegExp(`^(\\d+) port .*/shop-${client}$`, 'm').exec(readFileSync(at('.local/state/venvoy/ports'), 'utf8'))?.[1]
  const answerOf = async (client: string) => (await fetch(`http://127.0.0.1:${portOf(client)}/healthz`)).text()
  const run = (client: string, ...args: string[]) =>
    `${execFileSync(at(`apps/shop-${client}/run`), args, { env: { PATH: '/usr/bin:/bin' } })}`
  const crontab = () => readFileSync(at('crontab'), 'utf8').replaceAll(example.hosts.web1!.home, '~')
  const blockOf = (client: string) => {
    const folder = `~/apps/shop-${client}`
    return `# venvoy begin ${folder}\n15 4 1 * * ${folder}/run cron invoices\n# venvoy end ${folder}\n`
  }

  it('gives each its own port, env, secret and lines of cron', async () => {
    const { code, stderr } = await example.venvoy('deploy', ...clients)
    expect([code, stderr]).toEqual([0, expect.stringContaining('3 changed')])
    expect(new Set(clients.map(portOf)).size).toBe(3)
    for (const client of clients) {
      expect(await answerOf(client)).toBe(`ready: ${client}, release 1\n`)
      expect(run(client, '--', 'sh', '-c', 'echo "$PAYMENT_KEY"')).toBe(`key of ${client}\n`)
      expect(run(client, 'cron', 'invoices')).toBe(`invoices of ${client} --last-month\n`)
    }
    expect(crontab()).toBe(clients.map(blockOf).join(''))
  }, 240_000)

  it('deploys one, and takes one away; the third is, byte for byte, as it was', async () => {
    const ofThird = () => ['apps/shop-client-50', '.virtualenvs/shop-client-50'].flatMap((path) => contentsOf(at(path)))
    const before = ofThird()
    example.desk.write('shop/new.txt', '')
    expect((await example.venvoy('deploy', 'client-1')).code).toBe(0)
    expect((await example.venvoy('remove', 'client-2', '--yes')).code).toBe(0)
    expect([portOf('client-2'), crontab()]).toEqual([undefined, blockOf('client-1') + blockOf('client-50')])
    const answers = [await answerOf('client-1'), await answerOf('client-50')]
    expect(answers).toEqual(['ready: client-1, release 2\n', 'ready: client-50, release 1\n'])
    expect(differences(before, ofThird())).toEqual([])
  })
})
