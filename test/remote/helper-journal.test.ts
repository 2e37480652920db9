import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { instanceMaker } from './support/instance.js'
import { edgeInterpreters } from './support/interpreters.js'

const instance = instanceMaker()

describe('the journal', () => {
  test.each(edgeInterpreters())('has a line for each switch: %s', async (interpreter) => {
    const { to, release, switchTo, call } = instance(interpreter)
    await release()
    await switchTo(1, 0)
    await release({ number: 2, generation: 1 })
    const again = { to, number: 2, generation: 1, home: '~/venvs', name: 'blog' }
    await call('switch', { ...again, how: 'rollback', by: 'bob@désk', run: '20270115-1' })
    const text = readFileSync(join(to, '.venvoy/history'), 'utf8')
    expect(text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')).toBe(
      [
        '{"v":1,"count":1,"when":"TIME","how":"deploy","from":null,"to":1,"revision":"v1 (3f2a91c)","commit":"3f2a91c",' +
          '"venv":"0f3c9a1b2d4e5f60","by":"ann@laptop"}',
        '{"v":1,"count":2,"when":"TIME","how":"rollback","from":1,"to":2,"revision":"v1 (3f2a91c)","commit":"3f2a91c",' +
          '"venv":"0f3c9a1b2d4e5f60","by":"bob@d\\u00e9sk","run":"20270115-1"}',
        '',
      ].join('\n'),
    )
  })

  test('goes on behind a line that was torn', async () => {
    const { to, release, switchTo } = instance()
    await release()
    writeFileSync(join(to, '.venvoy/history'), '{"v":1,"cou')
    await switchTo(1, 0)
    const lines = readFileSync(join(to, '.venvoy/history'), 'utf8').split('\n')
    expect([lines[0], lines[1]?.slice(0, 16), lines[2]]).toEqual(['{"v":1,"cou', '{"v":1,"count":1', ''])
  })

  test('what cannot be noted does not happen', async () => {
    const { to, release, switchTo } = instance()
    await release()
    await switchTo(1, 0)
    await release({ number: 2, generation: 1 })
    rmSync(join(to, '.venvoy/history'))
    mkdirSync(join(to, '.venvoy/history'))
    expect((await switchTo(2, 1)).stderr).toBe(`${to}/.venvoy/history: Is a directory\n`)
    expect([readlinkSync(join(to, 'current')), readFileSync(join(to, '.venvoy/generation'), 'utf8')]).toEqual([
      'releases/1',
      '1\n',
    ])
  })
})
