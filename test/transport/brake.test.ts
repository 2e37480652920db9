import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { readBraked } from '../../src/transport/brake.js'

it('reads no further while whoever shows the output is behind', async () => {
  const source = new PassThrough()
  const seen: string[] = []
  let release: () => void = () => {}
  let full: Promise<void> | undefined = new Promise((resolve) => {
    release = resolve
  })
  readBraked(
    source,
    (chunk) => seen.push(String(chunk)),
    () => full,
  )
  source.write('one')
  source.write('two')
  await new Promise(setImmediate)
  expect(seen).toEqual(['one'])
  full = undefined
  release()
  await new Promise(setImmediate)
  expect(seen).toEqual(['one', 'two'])
})
