import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StepShell, startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'
import { sampleOf } from '../support/sample.js'

/** Only root may become nobody without asking. */
const canSwitch = (() => {
  try {
    execFileSync('sudo', ['-n', '-u', 'nobody', 'true'], { stdio: 'ignore' })
    return process.getuid?.() === 0
  } catch {
    return false
  }
})()
const idOf = (what: '-u' | '-g') => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }))

const delayMs = 20

const shells = sampleOf('step shells for file steps', [['dash'], ['bash'], ['busybox']] as [StepShell][], 1)

describe.each(shells)('file steps on a real sshd with %s', (sh) => {
  let host: TestHost
  let desk: Desk
  let proxy: CountingProxy
  const big = randomBytes(50_000_000)
  const at = (path: string) => join(host.home, path)

  beforeAll(async () => {
    host = await startHost('sshd', { login: 'dash', sh })
    proxy = await startProxy(host.port, { delayMs })
    desk = openDesk()
    desk.write('app.conf', 'host={{ host }}\nkey={{ env.KEY }}\n')
    desk.write('big.bin', big)
    desk.write('app.bin', randomBytes(100_000))
    for (let i = 0; i < 1000; i++) desk.write(`tree/d${i % 10}/f${i}`, `${i} ${'x'.repeat(i)}`)
    chmodSync(desk.write('tree/run.sh', '#!/bin/sh\n'), 0o755)
    desk.write('tree/skip.map', '')
    desk.write('deploy.yml', {
      project: 'p',
      hosts: { web1: { ...desk.know(host, { port: proxy.port }), env: { KEY: 'k' } } },
      tasks: {
        true: { on: 'hosts', run: ['true'] },
        some: {
          on: 'hosts',
          cd: '~/site',
          run: [
            { directory: '~/site' },
            { template: { from: 'app.conf', to: 'app.conf' }, register: 'conf' },
            { run: 'echo restarted', when: 'results.conf.changed' },
            { line: { in: 'hosts', line: '10.0.0.7 db1', match: 'db1', create: true } },
            { block: { in: 'hosts', name: 'p', block: 'one\ntwo' } },
            { link: { to: 'app.conf', at: 'current' } },
            { absent: 'old' },
          ],
        },
        big: { on: 'hosts', upload: { from: 'big.bin', to: '~/in/' } },
        middle: { on: 'hosts', upload: { from: 'app.bin', to: '~/in/' } },
        tree: { on: 'hosts', upload: { from: 'tree', to: '~/tree', exclude: '*.map', delete: true } },
        fetch: { on: 'hosts', download: { from: '~/tree', to: 'got/{{ host }}' } },
        theirs: {
          on: 'hosts',
          user: 'nobody',
          cd: at('shared'),
          run: [
            { upload: { from: ['big.bin', 'app.conf'], to: 'in' } },
            { template: { text: 'x\n', to: 't.conf' } },
            { download: { from: 't.conf', to: 'theirs/' } },
          ],
        },
        owned: { on: 'hosts', upload: { from: 'tree/run.sh', to: '~/owned', owner: 'nobody', mode: '750' } },
      },
    })
  })
  afterAll(async () => {
    await proxy.stop()
    await host.stop()
    desk.remove()
  })

  const counted = async (...args: string[]) => {
    proxy.reset()
    const said = await desk.venvoy(...args)
    return { ...said, stderr: desk.mask(said.stderr), trips: proxy.roundTrips(), sent: proxy.sent() }
  }

  it('say what changed, let others go by it, and do nothing the second time', async () => {
    mkdirSync(at('site/old/x'), { recursive: true })
    const first = await counted('--plain', 'run', 'some')
    expect([first.code, first.stdout]).toEqual([0, 'web1 | restarted\n'])
    expect(first.stderr).toMatch(/web1: changed\n1 changed in TIME\n$/)
    expect(readFileSync(at('site/app.conf'), 'utf8')).toBe('host=web1\nkey=k\n')
    expect(readFileSync(at('site/hosts'), 'utf8')).toBe('10.0.0.7 db1\n# venvoy: p\none\ntwo\n# venvoy: end of p\n')
    expect(existsSync(at('site/old'))).toBe(false)
    const before = contentsOf(at('site'))
    const second = await counted('--plain', 'run', 'some')
    expect([second.code, second.stdout]).toEqual([0, ''])
    expect(second.stderr).toMatch(/web1: unchanged\n1 unchanged, 1 step skipped in TIME\n$/)
    expect(differences(before, contentsOf(at('site')))).toEqual([])
  })

  it('are only looked at in a dry run, which leaves the disk as it is', async () => {
    desk.write('app.conf', 'host={{ host }}\nkey={{ env.KEY }} 2\n')
    const before = contentsOf(host.home)
    const { code, stdout, stderr } = await counted('run', '--dry-run', 'some')
    expect(differences(before, contentsOf(host.home))).toEqual([])
    const file = at('site/app.conf')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        ['--- ', '+++ '].map((sign) => `web1 | ${sign}${file}\n`).join('') +
        'web1 | @@ -2 +2 @@\nweb1 | -key=k\nweb1 | +key=k 2\n',
    })
    expect(stderr.split('\n').filter((line) => !line.endsWith(' …'))).toEqual([
      'web1: directory ~/site: unchanged',
      'web1: template app.conf to app.conf: would change',
      'web1: would run: echo restarted',
      'web1: line in hosts: unchanged',
      'web1: block p in hosts: unchanged',
      'web1: link current to app.conf: unchanged',
      'web1: absent old: unchanged',
      'web1: would change',
      '1 would change in TIME',
      '',
    ])
  })

  it('send 50 MB, and nothing of it when it is there', async () => {
    const one = await counted('run', 'true')
    const first = await counted('run', 'big')
    expect([first.code, first.sent > big.length]).toEqual([0, true])
    expect(readFileSync(at('in/big.bin')).equals(big)).toBe(true)
    expect((await counted('run', 'middle')).trips).toBe(one.trips + 1)
    const second = await counted('run', 'big')
    expect([second.code, second.trips, second.sent < 100_000]).toEqual([0, one.trips, true])
    expect(readdirSync(at('.cache/venvoy/uploads'))).toEqual(['parts'])
    expect(statSync(at('.cache/venvoy/uploads')).mode & 0o777).toBe(0o700)
  })

  it('send a tree of a thousand files and fetch it again, each time only what differs', async () => {
    // `d0/f0 100644 INODE TIME DIGEST`
    const kinds = (folder: string) =>
      contentsOf(folder).map((line) => line.replace(/ \d+ [\d.]+ (\w{64})$/, ' $1').replace(/(\/ \d+) \d+$/, '$1'))
    const first = await counted('run', 'tree')
    expect([first.code, first.stderr]).toEqual([0, ''])
    const local = kinds(join(desk.project, 'tree')).filter((line) => !line.startsWith('skip.map'))
    expect(differences(local, kinds(at('tree')))).toEqual([])
    expect((await counted('run', 'fetch')).code).toBe(0)
    expect(differences(local, kinds(join(desk.project, 'got/web1')))).toEqual([])
    desk.write('tree/d0/f0', 'other')
    execFileSync('rm', [join(desk.project, 'tree/d1/f1')])
    desk.write('got/web1/d2/f2', 'mine')
    const second = await counted('run', 'tree')
    expect([second.code, second.sent < first.sent / 2]).toEqual([0, true])
    expect([existsSync(at('tree/d1/f1')), readFileSync(at('tree/d0/f0'), 'utf8')]).toEqual([false, 'other'])
    const before = contentsOf(join(desk.project, 'got/web1/d3'))
    expect((await counted('run', 'fetch')).code).toBe(0)
    expect(readFileSync(join(desk.project, 'got/web1/d2/f2'), 'utf8')).toBe(`2 ${'x'.repeat(2)}`)
    expect(differences(before, contentsOf(join(desk.project, 'got/web1/d3')))).toEqual([])
  })

  it.skipIf(!canSwitch)('are done as another user, or for one', async () => {
    chmodSync(host.home, 0o711)
    chmodSync(join(host.home, '..'), 0o711)
    mkdirSync(at('shared'))
    chownSync(at('shared'), idOf('-u'), idOf('-g'))
    const first = await counted('--plain', 'run', 'theirs')
    expect([first.code, first.stdout]).toEqual([0, ''])
    for (const path of ['shared/in', 'shared/in/big.bin', 'shared/in/app.conf', 'shared/t.conf'])
      expect([path, statSync(at(path)).uid]).toEqual([path, idOf('-u')])
    expect(readFileSync(at('shared/in/big.bin')).equals(big)).toBe(true)
    expect(readFileSync(join(desk.project, 'theirs/t.conf'), 'utf8')).toBe('x\n')
    const second = await counted('--plain', 'run', 'theirs')
    expect([second.code, second.sent < 200_000]).toEqual([0, true])
    expect(second.stderr).toMatch(/1 unchanged in TIME\n$/)
    expect((await counted('run', 'owned')).code).toBe(0)
    const { uid, mode } = statSync(at('owned'))
    expect([uid, mode & 0o777]).toEqual([idOf('-u'), 0o750])
  })
})
