import { expect, it } from 'vitest'
import { requirementLines } from '../../src/operations/requirements.js'

it.each([
  ['', []],
  ['a\n\n  b  \r\n', ['a', 'b']],
  ['a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb', ['a==1 --hash=sha256:00 --hash=sha256:11', 'b']],
  ['# all\na # why\n#b', ['a']],
  ['a @ https://example.com/a.whl#sha256=00', ['a @ https://example.com/a.whl#sha256=00']],
  ['a \\\n# ends it\nb', ['a', 'b']],
  ['a \\', ['a']],
])('reads %j as pip does', (text, lines) => {
  expect(requirementLines(text)).toEqual(lines)
})
