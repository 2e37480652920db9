import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { internalsOf } from '../../src/transport/ssh2-internals.js'

test('another ssh2 has no private side that we know', () => {
  expect(internalsOf(new ssh2.Client())).toBe(undefined)
  const almost = { _protocol: { authPK() {}, service() {}, session() {}, exec() {} }, _chanMgr: { add() {} } }
  expect(internalsOf(almost as unknown as ssh2.Client)).toBe(undefined)
})
