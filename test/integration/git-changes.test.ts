import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ReleaseReceipt } from '../../src/facts/facts.js'
import { sourceLines } from '../../src/operations/source-lines.js'
import { openSource } from '../../src/source/open-source.js'
import { useWorkshop } from '../source/repository.js'

const shop = useWorkshop()

/** A commit of this file, with a subject. */
function commit(path: string, subject: string, text = subject): string {
  shop.commit('blog', { [path]: text })
  shop.git('blog', 'commit', '--quiet', '--amend', `--message=${subject}`)
  return shop.git('blog', 'rev-parse', 'HEAD')
}

const open = (ref: string, subdirectory?: string) =>
  openSource(
    { kind: 'git', url: 'blog', ref, ...(subdirectory !== undefined && { subdirectory }) },
    { base: shop.root, cache: shop.cache, onNote: () => undefined },
  )

/** What a plan says where `running` serves and a tree is to. */
async function said(running: string, ref = 'main', subdirectory?: string) {
  const tree = await open(ref, subdirectory)
  const current = { commit: running, revision: `main (${running.slice(0, 7)})` } as ReleaseReceipt
  const changes = await tree.since?.(current)
  return { lines: sourceLines(current, tree, changes), files: changes?.files }
}

const short = (commit: string) => commit.slice(0, 7)

describe('the commits between two revisions of a git repository', () => {
  it('are listed with subject and author, the newest first', async () => {
    const first = commit('a.py', 'Begin')
    const second = commit('a.py', 'Say `hello` to $USER')
    const third = commit('b.py', 'Größe — ændre')
    expect(await said(first)).toEqual({
      lines: [
        `${short(first)}..${short(third)}, 2 commits:`,
        `+ ${short(third)} Größe — ændre (Ann)`,
        `+ ${short(second)} Say \`hello\` to $USER (Ann)`,
      ],
      files: 2,
    })
  })

  it('are counted where they are many', async () => {
    const first = commit('a.py', 'Begin')
    for (let i = 1; i <= 12; i++) shop.git('blog', 'commit', '--quiet', '--allow-empty', `--message=Step ${i}`)
    const { lines } = await said(first)
    expect([lines[0]?.split(', ')[1], lines.length, lines.at(1)?.slice(10), lines.at(-1)]).toEqual([
      '12 commits:',
      12,
      'Step 12 (Ann)',
      'and 2 more',
    ])
  })

  it('are said to go where the way leads back', async () => {
    const first = commit('a.py', 'Begin')
    const second = commit('a.py', 'A mistake')
    expect((await said(second, first)).lines).toEqual([
      `${short(first)}..${short(second)}, goes back 1 commit:`,
      `- ${short(second)} A mistake (Ann)`,
    ])
  })

  it('are said of both sides where the two have parted', async () => {
    const first = commit('a.py', 'Begin')
    const theirs = commit('a.py', 'Theirs')
    shop.git('blog', 'branch', 'theirs')
    shop.git('blog', 'reset', '--quiet', '--hard', first)
    const ours = commit('b.py', 'Ours')
    expect((await said(theirs)).lines).toEqual([
      `${short(theirs)} and ${short(ours)} have parted: 1 commit more, 1 less:`,
      `+ ${short(ours)} Ours (Ann)`,
      `- ${short(theirs)} Theirs (Ann)`,
    ])
  })

  it('are those of the folder that is deployed', async () => {
    const first = commit('shop/a.py', 'Begin')
    commit('blog/a.py', 'Another project')
    const third = commit('shop/a.py', 'Ours', 'new')
    expect(await said(first, 'main', 'shop')).toEqual({
      lines: [`${short(first)}..${short(third)}, 1 commit:`, `+ ${short(third)} Ours (Ann)`],
      files: 1,
    })
  })

  it.each(['f'.repeat(40), '--output=x'])('cannot be told where the repository does not have %s', async (running) => {
    commit('a.py', 'Begin')
    expect((await said(running)).lines).toEqual([
      `the source does not have ${running.slice(0, 7)} any more, so its commits cannot be compared`,
    ])
  })

  it('are none in a folder', async () => {
    shop.write('plain', { 'a.py': '' })
    const options = { base: shop.root, cache: shop.cache, onNote: () => undefined }
    const tree = await openSource({ kind: 'path', path: join(shop.root, 'plain'), ignore: [] }, options)
    expect([tree.since, sourceLines({ revision: 'content 1234567' } as ReleaseReceipt, tree, undefined)]).toEqual([
      undefined,
      [],
    ])
  })
})
