import { expect, it } from 'vitest'
import { changeLines, shortened } from '../../src/lock/changes.js'

it('tells what changes, by name, and leaves out what stays', () => {
  expect(
    changeLines(
      [
        ['Django', '5.1.4'],
        ['six', '1.17.0'],
        ['zope.interface', '7.2'],
        ['numpy', '1.26'],
      ],
      [
        ['pillow', '11.0.0'],
        ['django', '5.1.5'],
        ['zope-interface', '7.2'],
        ['numpy', '1.26'],
        ['numpy', '2.1'],
        ['own', ''],
      ],
    ),
  ).toEqual(['django 5.1.4 → 5.1.5', '+ numpy 2.1', '+ own', '+ pillow 11.0.0', '- six 1.17.0'])
})

it('counts what would be too much', () => {
  expect(shortened(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c'])
  expect(shortened(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'and 1 more'])
})
