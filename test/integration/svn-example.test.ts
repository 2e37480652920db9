import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { useWorkshop } from '../source/repository.js'
import { makeRepository } from '../source/subversion.js'
import { openExample } from '../support/example.js'

const shop = useWorkshop()

it('the example for Subversion gives each instance its revision, with the library that is pinned', async () => {
  const repo = makeRepository(shop)
  const pinned = repo.commit({ 'libraries/markup/markup.py': 'pinned' })
  repo.commit({ 'trunk/VERSION': '1', 'libraries/markup/markup.py': 'newer' })
  repo.externals('trunk', `^/libraries/markup@${pinned} vendor/markup`)
  const first = repo.commit({})
  const { hosts, mask, venvoy, stop } = await openExample('svn', {
    more: { source: { svn: `${repo.url}/trunk` } },
    env: () => ({ SVN_PASSWORD: 'sesame' }),
  })
  onTestFinished(stop)
  const set = ['--set', `instances.production.source.revision=${first}`]
  expect((await venvoy('deploy', 'staging', ...set)).code).toBe(0)
  shop.write('repository-copy', { 'trunk/VERSION': '2' })
  repo.svn('commit', '--quiet', '--username', 'ann', '--message', 'Say that it is the second')

  const plan = await venvoy('plan', ...set)
  const numbered = mask(plan.stdout)
    .replaceAll(`r${first + 1}`, 'r1240')
    .replaceAll(`r${first}`, 'r1234')
  await expect(numbered).toMatchFileSnapshot('../../examples/svn/expected-plan.txt')
  expect((await venvoy('deploy', '--all', '--yes', ...set)).code).toBe(0)
  const treeOf = (instance: string) => join(hosts.web1!.home, `apps/wiki-${instance}/current/tree`)
  const read = (path: string) => ['production', 'staging'].map((name) => readFileSync(join(treeOf(name), path), 'utf8'))
  expect([read('VERSION'), read('vendor/markup/markup.py')]).toEqual([
    ['1', '2'],
    ['pinned', 'pinned'],
  ])
  const status = await venvoy('status', ...set)
  expect(status.stdout).toMatch(new RegExp(`^production .* r${first} [^]*^staging .* HEAD \\(r${first + 1}\\) `, 'm'))
}, 240_000)
