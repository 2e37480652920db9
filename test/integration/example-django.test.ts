import { execFileSync } from 'node:child_process'
import { existsSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Example, openExample } from '../support/example.js'

/** The text of a migration: what it does, one of those that are defined in it. */
const migration = (before: string, operations: string, go = '') => `import os, time
from django.db import migrations, models

def wait(*_):
    while not os.path.exists('${go}'):
        time.sleep(0.02)

def fail(*_):
    raise ValueError('no such migration can be')

waitFor = migrations.RunPython(wait)
author = migrations.AddField('Post', 'author', models.TextField(default=''))
broken = migrations.RunPython(fail)

class Migration(migrations.Migration):
    dependencies = [('posts', '${before}')]
    operations = [${operations}]
`

/** One story with the real Django and gunicorn of the package index, told in order. */
describe('the example of a Django site', () => {
  let example: Example

  beforeAll(async () => {
    example = await openExample('django-site', {
      kind: 'sshd',
      more: { service_manager: 'pidfile' },
      env: (folder) => ({
        BLOG_PRODUCTION_KEY: 'one',
        BLOG_STAGING_KEY: 'two',
        BLOG_PRODUCTION_DATABASE: `sqlite:///${folder}/production.sqlite3`,
      }),
    })
  })
  afterAll(async () => {
    await example.venvoy('stop', '--all', '--yes')
    await example.stop()
  })

  const at = (host: string, path: string) => join(example.hosts[host]!.home, 'apps', path)
  const sites = [
    ['production', 'web1'],
    ['production', 'web2'],
    ['staging', 'web1'],
  ] as const
  const health = () => Promise.all(sites.map(([instance, host]) => example.get(instance, host, '/healthz')))
  const currentOf = (instance: string, host: string) =>
    readlinkSync(at(host, `blog-${instance}/current`)).replace('releases/', '')
  // `staging@web1    |   Applying posts.0001_initial... OK`
  const applied = (text: string) => text.match(/^\S+@\S+(?= +\| +Applying posts\.\w+\.\.\. OK$)/gm)?.sort()

  it('serves two instances, one of them on two hosts; the migrations run once for each instance', async () => {
    const { code, stdout, stderr } = await example.venvoy('deploy', '--all', '--yes')
    expect([code, stderr]).toEqual([0, expect.stringContaining('3 changed')])
    expect(applied(stdout)).toEqual(['production@web1', 'staging@web1'])
    expect(await health()).toEqual(Array(3).fill('ready: release 1, 0 posts\n'))
    expect(existsSync(at('web1', 'blog-staging/shared/data/db.sqlite3'))).toBe(true)
    // `<link rel="stylesheet" href="/static/posts/site.ce4385647080.css">`
    const [, style] = /href="([^"]+)"/.exec((await example.get('production', 'web2', '/'))!)!
    expect(style).toMatch(/^\/static\/posts\/site\.[0-9a-f]{12}\.css$/)
    expect(await example.get('production', 'web2', style!)).toContain('max-width')
    const manage = join(example.hosts.web1!.home, 'bin/blog-staging')
    expect(`${execFileSync(manage, ['migrate', '--plan'])}`).toContain('No planned migration operations.')
  }, 240_000)

  it('answers from the old release until the new one serves, and then from that', async () => {
    const go = join(example.desk.folder, 'go')
    example.desk.write('blog/posts/migrations/0002_author.py', migration('0001_initial', `waitFor, author`, go))
    const call = example.start('deploy', 'staging')
    await call.says('staging@web1: python manage.py migrate --noinput …')
    expect(await health()).toEqual(Array(3).fill('ready: release 1, 0 posts\n'))
    writeFileSync(go, '')
    const answers = await answersUntil(call.end)
    expect([(await call.end).code, answers]).toEqual([
      0,
      ['ready: release 1, 0 posts\n', 'ready: release 2, 0 posts\n'],
    ])
    expect(sites.map(([instance, host]) => currentOf(instance, host))).toEqual(['1', '1', '2'])
  })

  it('goes on with the old release where a migration is broken', async () => {
    example.desk.write('blog/posts/migrations/0003_broken.py', migration('0002_author', 'broken'))
    const { code, stderr } = await example.venvoy('deploy', '--all', '--yes')
    expect([code, stderr]).toEqual([1, expect.stringContaining('ValueError: no such migration can be')])
    expect(await health()).toEqual([1, 1, 2].map((release) => `ready: release ${release}, 0 posts\n`))
    expect(sites.map(([instance, host]) => currentOf(instance, host))).toEqual(['1', '1', '2'])
  })

  /** What staging answers meanwhile, each once; that nobody answers while gunicorn is restarted does not count. */
  async function answersUntil(end: Promise<unknown>): Promise<string[]> {
    const answers = new Set<string>()
    let isOver = false
    void end.then(() => {
      isOver = true
    })
    while (!isOver) {
      const answer = await example.get('staging', 'web1', '/healthz')
      if (answer !== undefined) answers.add(answer)
      await sleep(20)
    }
    return [...answers]
  }
})
