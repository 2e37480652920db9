import { expect, it } from 'vitest'
import { escapeKeys } from '../../src/transport/escape-keys.js'

const cases: readonly (readonly [typed: string[], on: string, leaves: boolean])[] = [
  [['ls ~.\r'], 'ls ~.\r', false],
  [['~.'], '', true],
  [['ls\r~.x'], 'ls\r', true],
  [['ls\n', '~', '.'], 'ls\n', true],
  [['~', 'bin\r'], '~bin\r', false],
  [['~~.\r'], '~.\r', false],
  [['a', '~', '.'], 'a~.', false],
  [['\r~\r~.'], '\r~\r', true],
]

it.each(cases)('of %j hands on %j, and leaves: %s', (typed, on, leaves) => {
  const keys = escapeKeys()
  const seen = typed.map((each) => keys(Buffer.from(each)))
  expect(Buffer.concat(seen.map((each) => each.on)).toString()).toBe(on)
  expect(seen.some((each) => each.leaves)).toBe(leaves)
})
