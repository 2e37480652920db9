import { describe, expect, it } from 'vitest'
import { isExcluded, matchesName } from '../../src/operations/glob.js'

describe('a pattern', () => {
  it.each([
    ['a.map', '*.map', true],
    ['a.maps', '*.map', false],
    ['axmap', 'a.map', false],
    ['a1', 'a?', true],
    ['a', 'a?', false],
    ['log.1', 'log.[12]', true],
    ['log.3', 'log.[!12]', true],
    ['log.1', 'log.[!12]', false],
    ['a+b', 'a+b', true],
    ['[', '[', true],
  ])('of %j and %j: %s', (name, pattern, expected) => {
    expect(matchesName(name, pattern)).toBe(expected)
  })

  it.each([
    ['a/b/x.map', ['*.map'], true],
    ['a/build/x', ['build'], true],
    ['a/build/x', ['build/'], true],
    ['a/build/x', ['build/x'], false],
    ['build/x.o/y', ['build/*.o'], true],
    ['build/x.c', ['*.h', 'build/*.o'], false],
    ['a', [], false],
  ])('leaves out %j by %j: %s', (path, patterns, expected) => {
    expect(isExcluded(path, patterns)).toBe(expected)
  })
})
