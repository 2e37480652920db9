import { describe, expect, it } from 'vitest'

// A script of its own, so without types.
const { compete } = await import(new URL('../../bench/contest.mjs', import.meta.url).href)

/** Contenders that write down when they run, and whether they are sampled. */
function lab() {
  const said: string[] = []
  const contender = (name: string, role: string, fails?: (nth: number) => boolean) => {
    let times = 0
    return {
      ...{ name, role },
      run: async (how?: { isSampled?: boolean }) => {
        said.push(how?.isSampled ? `(${name})` : name)
        if (fails?.(++times)) throw new Error(`${name}: 1 of 3\nfatal error: no such thing\nbye`)
        return { wall: 10, cpu: 1, together: 5 }
      },
    }
  }
  return { said, contender }
}

describe('a contest', () => {
  it('takes each once uncounted, then all in turn, and peers in every fourth round', async () => {
    const { said, contender } = lab()
    const all = [contender('ssh', 'reference'), contender('venvoy', 'venvoy'), contender('peer', 'peer')]
    const { rows, leftOut } = await compete(all, { runs: 5 })
    expect(said.join(' ')).toBe(
      '(ssh) (venvoy) (peer) ssh venvoy peer ssh venvoy ssh venvoy ssh venvoy ssh venvoy peer',
    )
    expect(rows.map(({ name, rounds, together }: Record<string, unknown>) => [name, rounds, together])).toEqual([
      ['ssh', 5, 5],
      ['venvoy', 5, 5],
      ['peer', 2, 5],
    ])
    expect(leftOut).toEqual([])
  })

  it('lets peers begin cold where that is said', async () => {
    const { said, contender } = lab()
    await compete([contender('ssh', 'reference'), contender('peer', 'peer')], { runs: 1, warmsPeers: false })
    expect(said.join(' ')).toBe('(ssh) ssh peer')
  })

  it.each([1, 2, 3])('leaves out a peer that fails the %s. time, and says its last words', async (nth) => {
    const { contender } = lab()
    const all = [
      contender('ssh', 'reference'),
      contender('peer', 'peer', (each) => each === nth),
      contender('b', 'peer'),
    ]
    const { rows, leftOut } = await compete(all, { runs: 5 })
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(['ssh', 'b'])
    expect(leftOut).toEqual([{ name: 'peer', why: 'fatal error: no such thing' }])
  })

  it('ends where venvoy or the reference fails', async () => {
    const { contender } = lab()
    const all = [contender('ssh', 'reference'), contender('venvoy', 'venvoy', () => true)]
    await expect(compete(all, { runs: 1 })).rejects.toThrow('no such thing')
  })

  it('counts what passed during each run, and nothing of what was before', async () => {
    let passed = 100
    const takeCounts = () => {
      const taken = { roundTrips: passed, bytesToHost: passed, bytesFromHost: passed }
      passed = 0
      return taken
    }
    const run = async () => {
      passed += 7
      return { wall: 1, cpu: 1 }
    }
    const { rows } = await compete([{ name: 'ssh', role: 'reference', run }], { runs: 3, takeCounts })
    expect(rows).toMatchObject([{ roundTrips: 7, bytesToHost: 7, bytesFromHost: 7 }])
  })
})
