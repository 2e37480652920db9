import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config/read.js'
import { openSource } from '../../src/source/open-source.js'
import { listing, textAt, useWorkshop } from '../source/repository.js'
import { makeRepository } from '../source/subversion.js'

const shop = useWorkshop()

it('the example for Subversion gives each instance its revision, with the library that is pinned', async () => {
  vi.stubEnv('HOME', shop.root)
  const repo = makeRepository(shop)
  const pinned = repo.commit({ 'libraries/markup/markup.py': 'pinned' })
  repo.commit({ 'trunk/VERSION': '1', 'libraries/markup/markup.py': 'newer' })
  repo.externals('trunk', `^/libraries/markup@${pinned} vendor/markup`)
  const first = repo.commit({})
  const second = repo.commit({ 'trunk/VERSION': '2' })
  const text = readFileSync('examples/svn/deploy.yml', 'utf8').replace('1234', `${first}`)
  const sets = [`source.svn=${repo.url}/trunk`]
  const { config, diagnostics } = readConfig({ file: 'deploy.yml', text, sets }, { env: () => 'sesame' })
  expect(diagnostics).toEqual([])
  const notes: string[] = []
  const options = { base: shop.root, cache: shop.cache, onNote: (note: string) => notes.push(note) }
  const trees = await Promise.all(config!.instances.map(({ source }) => openSource(source!, options)))
  expect(trees.map(listing)).toEqual([
    ['VERSION', 'vendor/markup/markup.py'],
    ['VERSION', 'vendor/markup/markup.py'],
  ])
  expect(trees.map(({ revision }) => revision)).toEqual([`r${first}`, `HEAD (r${second})`])
  expect(await Promise.all(trees.map((tree) => textAt(tree, 'VERSION')))).toEqual(['1', '2'])
  expect(await textAt(trees[1]!, 'vendor/markup/markup.py')).toBe('pinned')
  expect(notes).toEqual([])
})
