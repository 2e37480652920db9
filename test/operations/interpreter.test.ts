import { describe, expect, it } from 'vitest'
import { chooseInterpreter } from '../../src/operations/interpreter.js'
import { pythonOf } from '../plan/given.js'

const [p27, p31, p39, p310, p3112, p3117] = ['2.7.18', '3.1.5', '3.9.18', '3.10.13', '3.11.2', '3.11.7'].map((v) =>
  pythonOf(v),
)
const found = [p27!, p31!, p39!, p310!, p3112!, p3117!]
const python3 = { ...p39!, path: '/usr/bin/python3' }

describe('the interpreter that is chosen', () => {
  it.each([
    ['3.11', found, '3.11.2', 'the first one found'],
    ['3.11.7', found, '3.11.7', 'that patch'],
    ['3.1', found, '3.1.5', 'not 3.10 or 3.11'],
    ['2.7', found, '2.7.18', 'an old one'],
    ['3', [...found, python3], '3.9.18', 'the one python3 names'],
    ['3', [p39!, p310!, p3117!, p3112!, p31!], '3.11.7', 'the newest, where nothing is named python3'],
    ['/opt/python/3.10.13/bin/python3.10', found, '3.10.13', 'the one at that path'],
    ['~/3.9.18/bin/python3.9', found, '3.9.18', 'the one at that path below a home'],
  ])('for %s is %3$s', (python, interpreters, version) => {
    expect(chooseInterpreter(python, interpreters).version).toBe(version)
  })

  it.each([
    ['3.12', 'there is no Python 3.12 on this host'],
    ['3.11.9', 'there is no Python 3.11.9 on this host'],
    ['/usr/bin/python9', 'there is no Python at /usr/bin/python9'],
  ])('for %s is none', (python, what) => {
    expect(() => chooseInterpreter(python, [p39!, { ...p39!, path: '/usr/bin/python3' }], 'web1')).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ what, why: ['found:', '  3.9.18  /opt/python/3.9.18/bin/python3.9'] }),
      }),
    )
  })
})
