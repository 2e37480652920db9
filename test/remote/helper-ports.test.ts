import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { instanceMaker } from './support/instance.js'
import { anyPython3, edgeInterpreters } from './support/interpreters.js'

const instance = instanceMaker()
const file = (home: string) => join(home, '.local/state/venvoy/ports')
const list = (home: string) => readFileSync(file(home), 'utf8').replaceAll(home, '~')

function given(home: string, lines: string): void {
  mkdirSync(dirname(file(home)), { recursive: true })
  writeFileSync(file(home), lines.replaceAll('~', home))
}

describe('the ports of instances', () => {
  test.each(edgeInterpreters())('are written down instead of those it had: %s', async (interpreter) => {
    const { home, to, call } = instance(interpreter)
    mkdirSync(join(to, '.venvoy'), { recursive: true })
    mkdirSync(join(home, 'apps/ä b/.venvoy'), { recursive: true })
    given(home, '20000 web ~/apps/blog\n20001 port ~/apps/ä b\n20002 port ~/apps/gone\n')
    const { code, stderr } = await call('ports', { to: '~/apps/blog', ports: { port: 20003, web: 20002 } })
    expect([code, stderr]).toEqual([0, ''])
    expect(list(home)).toBe('20001 port ~/apps/ä b\n20002 web ~/apps/blog\n20003 port ~/apps/blog\n')
  })

  test("another's is not taken, and nothing is changed", async () => {
    const { home, call } = instance(anyPython3())
    mkdirSync(join(home, 'apps/shop/.venvoy'), { recursive: true })
    given(home, '20000 port ~/apps/shop\n')
    const { code, stderr, events } = await call('ports', { to: '~/apps/blog', ports: { port: 20000 } })
    const text = `port 20000 was given to ${home}/apps/shop meanwhile: it is planned again`
    expect([code, stderr, events]).toEqual([76, '', [{ event: 'note', level: 'info', text }]])
    expect(list(home)).toBe('20000 port ~/apps/shop\n')
  })

  test('are each taken once, whoever wants them at the same time', async () => {
    const { home, call } = instance(anyPython3())
    const take = async (client: string, i: number) => {
      mkdirSync(join(home, `apps/${client}-${i}/.venvoy`), { recursive: true })
      return (await call('ports', { to: `~/apps/${client}-${i}`, ports: { port: 20_000 + i } })).code
    }
    const wanted = Array.from({ length: 10 }, (_, i) => i)
    const codes = await Promise.all(['ann', 'ben'].flatMap((client) => wanted.map((i) => take(client, i))))
    expect([...codes].sort()).toEqual([...wanted.map(() => 0), ...wanted.map(() => 76)])
    expect(
      list(home)
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual([...wanted.map((i) => `${20_000 + i}`), ''])
  })

  test('are given back with the instance', async () => {
    const { home, to, call } = instance(anyPython3())
    mkdirSync(join(to, '.venvoy'), { recursive: true })
    mkdirSync(join(home, 'apps/shop/.venvoy'), { recursive: true })
    given(home, '20000 port ~/apps/shop\n20001 port ~/apps/blog\n')
    const { code, stderr } = await call('remove-instance', { to, home: '~/venvs', name: 'blog', keepShared: false })
    expect([code, stderr]).toEqual([0, ''])
    expect(list(home)).toBe('20000 port ~/apps/shop\n')
  })
})
