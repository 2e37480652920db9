import { describe, expect, it } from 'vitest'
import { createPaint, wantsColor } from '../../src/render/color.js'

describe('wantsColor', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('with %j and a terminal: %s, is %s', (env, isTerminal, expected) => {
    expect(wantsColor(env, isTerminal)).toBe(expected)
  })
})

describe('createPaint', () => {
  it('gives each host a colour of its own and keeps it', () => {
    const paint = createPaint(true)
    const seen = ['web1', 'web2', 'web1'].map((host) => paint.host(host, 'x'))
    expect(seen).toEqual(['\u001b[36mx\u001b[39m', '\u001b[35mx\u001b[39m', '\u001b[36mx\u001b[39m'])
  })

  it('changes nothing without colour', () => {
    const paint = createPaint(false)
    expect([paint.red('x'), paint.host('web1', 'x')]).toEqual(['x', 'x'])
  })
})
