import { describe, expect, it } from 'vitest'
import { once } from '../../src/source/once.js'

describe('what is asked once', () => {
  it('is asked again only about something else, and everyone gets the same answer', async () => {
    const asked: string[] = []
    const read = once(async (source: { path: string }, ref: string) => {
      asked.push(`${source.path}@${ref}`)
      return {}
    })
    const [first, same, other] = await Promise.all([
      read({ path: 'a' }, 'main'),
      read({ path: 'a' }, 'main'),
      read({ path: 'a' }, 'next'),
    ])
    expect(same).toBe(first)
    expect(other).not.toBe(first)
    expect(await read({ path: 'a' }, 'main')).toBe(first)
    expect(asked).toEqual(['a@main', 'a@next'])
  })

  it('is told apart by a key of its own', async () => {
    const read = once(
      async (place: string, shown: string) => `${place} as ${shown}`,
      (place) => place,
    )
    expect([await read('/srv/a', 'a'), await read('/srv/a', './a'), await read('/srv/b', 'b')]).toEqual([
      ...['/srv/a as a', '/srv/a as a', '/srv/b as b'],
    ])
  })

  it('fails for everyone, without a second try', async () => {
    let asked = 0
    const read = once(async () => {
      asked++
      throw new Error('no such place')
    })
    await expect(read()).rejects.toThrow('no such place')
    await expect(read()).rejects.toThrow('no such place')
    expect(asked).toBe(1)
  })
})
