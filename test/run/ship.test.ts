import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ship } from '../../src/run/ship.js'

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
const kilobyte = 1024

/** Contents of these sizes, each of its own letter; what is sent of them, and how much of what was read is in memory at most. */
function stage(...sizes: number[]) {
  const contents = sizes.map((size, i) => Buffer.alloc(size, 97 + i))
  const sent: Buffer[] = []
  let [held, most, reading, together] = [0, 0, 0, 0]
  const blobs = contents.map((content) => ({
    digest: sha256(content),
    size: content.length,
    async *pieces() {
      reading += 1
      together = Math.max(together, reading)
      for (let at = 0; at < content.length; at += 100 * kilobyte) {
        const piece = content.subarray(at, at + 100 * kilobyte)
        held += piece.length
        most = Math.max(most, held)
        yield piece
      }
      reading -= 1
    },
  }))
  const controller = new AbortController()
  const session = {
    async write(chunk: Uint8Array) {
      sent.push(Buffer.from(chunk))
      held -= chunk.length
      if (sent.length === 3 && sizes.length === 2) controller.abort()
    },
  }
  return {
    contents,
    send: async (indexes: readonly number[], begun: readonly (readonly [number, number, string])[] = []) => {
      const missing = { event: 'missing' as const, indexes, begun }
      await ship(session, { id: 'p1.files', header: new Uint8Array(), blobs }, missing, controller.signal)
      return Buffer.concat(sent)
    },
    most: () => most,
    together: () => together,
  }
}

it('sends what is asked for in its order, small ones read together', async () => {
  const { contents, send, together } = stage(10, 5, 300 * kilobyte, 20)
  expect((await send([0, 1, 3, 7, 2])).equals(Buffer.concat([0, 1, 3, 2].map((i) => contents[i]!)))).toBe(true)
  expect(together()).toBe(4)
})

it('holds no more than a piece of a large content, and a megabyte of small ones', async () => {
  const large = stage(50_000 * kilobyte)
  expect((await large.send([0])).length).toBe(50_000 * kilobyte)
  expect(large.most()).toBeLessThan(400 * kilobyte)
  const small = stage(...Array(40).fill(400 * kilobyte))
  expect((await small.send([...Array(40).keys()])).length).toBe(16_000 * kilobyte)
  expect(small.most()).toBeLessThan(1500 * kilobyte)
})

it('sends the rest of what the host has a part of, and all of it where that is something else', async () => {
  const { contents, send } = stage(10, 500 * kilobyte, 20, 700 * kilobyte, 0)
  const [first, second, third, fourth] = contents as [Buffer, Buffer, Buffer, Buffer]
  const part = 250 * kilobyte
  const sent = await send(
    [0, 1, 2, 3],
    [
      [1, part, sha256(second.subarray(0, part))],
      [3, part, sha256(second.subarray(0, part))],
    ],
  )
  const [rest, all] = [Buffer.from('+'), Buffer.from('-')]
  expect(sent.equals(Buffer.concat([first, rest, second.subarray(part), third, all, fourth]))).toBe(true)
})

it.each([
  ['all of it', 500 * kilobyte, '+', 0],
  ['more than there is', 600 * kilobyte, '-', 500 * kilobyte],
])('where the host has %s', async (_, size, mark, length) => {
  const { contents, send } = stage(500 * kilobyte)
  const sent = await send([0], [[0, size, sha256(contents[0]!.subarray(0, 500 * kilobyte))]])
  expect([sent.toString('latin1', 0, 1), sent.length - 1]).toEqual([mark, length])
})

it('stops in the middle of a content when the run is cancelled', async () => {
  const { send } = stage(5000 * kilobyte, 10)
  expect((await send([0, 1])).length).toBeLessThan(1000 * kilobyte)
})
