import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { instanceMaker } from './support/instance.js'
import { edgeInterpreters } from './support/interpreters.js'
import { fakeVenv, listAll, write } from './support/place.js'

const instance = instanceMaker()

async function serving(interpreter?: string) {
  const made = instance(interpreter)
  await made.release()
  await made.switchTo(1, 0)
  write(join(made.to, 'shared/media/cat.jpg'), 'cat')
  const remove = (keepShared = false) =>
    made.call('remove-instance', { to: made.to, home: '~/venvs', name: 'blog', keepShared })
  return { ...made, remove }
}

/** What is there of venvs, without the files of locks. */
const venvsIn = (home: string) => listAll(join(home, 'venvs')).filter((line) => !line.includes('/lock/'))

describe('remove-instance', () => {
  test.each(edgeInterpreters())('takes all of it away, and what it has twice: %s', async (interpreter) => {
    const { home, to, venv, remove } = await serving(interpreter)
    const older = fakeVenv(join(home, 'venvs'), 'aaaaaaaaaaaaaaaa.1', 'blog')
    const other = fakeVenv(join(home, 'venvs'), '0f3c9a1b2d4e5f60', 'shop')
    expect(await remove()).toMatchObject({
      code: 0,
      stderr: '',
      events: [{ event: 'removed', paths: [to, venv, older] }],
    })
    expect([existsSync(to), existsSync(venv), existsSync(older), existsSync(other)]).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect(readdirSync(join(home, 'venvs'))).toEqual(['.venvoy'])
    expect((await remove()).events).toEqual([{ event: 'removed', paths: [] }])
  })

  test('leaves what is shared, if that is wanted, and a later deploy finds it', async () => {
    const { to, remove, release } = await serving()
    expect((await remove(true)).code).toBe(0)
    expect(listAll(to)).toEqual(['755 .venvoy/', '755 shared/', '755 shared/media/', '644 shared/media/cat.jpg'])
    expect((await release()).stderr).toContain('there is no whole venv')
  })

  test('leaves a venv that another name or another instance needs', async () => {
    const { home, venv, remove } = await serving()
    const [needed, named] = ['bbbb', 'cccc'].map((each) => fakeVenv(join(home, 'venvs'), each, 'blog'))
    mkdirSync(join(home, 'apps/shop/releases/3'), { recursive: true })
    symlinkSync(needed!, join(home, 'apps/shop/releases/3/venv'))
    symlinkSync(join(home, 'apps/shop/current/venv'), join(home, 'venvs/shop'))
    symlinkSync(named!, join(home, 'venvs/class'))
    expect((await remove()).code).toBe(0)
    expect([existsSync(venv), existsSync(needed!), existsSync(named!)]).toEqual([false, true, true])
    expect(readdirSync(join(home, 'venvs')).sort()).toEqual(['.venvoy', 'class', 'shop'])
  })

  test('leaves a link of its name that is another instance’s', async () => {
    const { home, to, remove, switchTo } = await serving()
    await switchTo(1, 1)
    symlinkSync(`${to}-2/current/venv`, join(home, 'venvs/next'))
    renameSync(join(home, 'venvs/next'), join(home, 'venvs/blog'))
    expect((await remove()).code).toBe(0)
    expect(readdirSync(join(home, 'venvs'))).toContain('blog')
  })

  test('says what it leaves because it is not of venvoy', async () => {
    const { to, remove } = await serving()
    write(join(to, 'notes.txt'), 'mine')
    expect(await remove()).toMatchObject({
      code: 0,
      stderr: `left in ${to}, because it is not of venvoy: notes.txt\n`,
    })
    expect(listAll(to)).toEqual(['644 notes.txt'])
  })

  test.each([
    ['before its venvs went', (to: string) => ['current', 'releases'].map((each) => join(to, each))],
    [
      'within its marker',
      (to: string) => ['current', 'releases', 'shared', '.venvoy/generation'].map((each) => join(to, each)),
    ],
  ])('goes on where one was killed: %s', async (_, gone) => {
    const { home, to, remove } = await serving()
    for (const path of gone(to)) rmSync(path, { recursive: true })
    write(join(to, '.venvoy/trash/1.2.3/x'), '')
    expect(await remove()).toMatchObject({ code: 0, stderr: '' })
    expect([existsSync(to), venvsIn(home)]).toEqual([false, ['755 .venvoy/', '755 .venvoy/trash/']])
  })

  test('touches nothing where the folder is not ours', async () => {
    const { home, call } = instance()
    write(join(home, 'apps/precious/file'), 'mine')
    const input = { to: '~/apps/precious', home: '~/venvs', name: 'blog', keepShared: false }
    const before = listAll(home)
    expect((await call('remove-instance', input)).stderr).toContain("exists and is not an instance of venvoy's\n")
    expect(listAll(home)).toEqual(before)
  })
})
