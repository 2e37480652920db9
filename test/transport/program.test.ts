import { expect, it } from 'vitest'
import { encodeProgram } from '../../src/transport/program.js'

const wire = (...texts: readonly string[]): string =>
  Buffer.from(
    encodeProgram({ id: 'p', steps: texts.map((text, i) => ({ id: String(i + 1), text, section: 1 })) }),
  ).toString()

const long = `: ${'x'.repeat(250)}\n`
const other = `: ${'y'.repeat(250)}\n`

it('sends each text in its lines', () => {
  expect(wire('true', 'echo a\necho b\n', '')).toBe('s 1 1 1 -\ntrue\ns 2 2 1 -\necho a\necho b\ns 3 1 1 -\n\nr p\n')
})

it('sends what texts have in common at their beginning once, until another such head comes', () => {
  expect(wire(`${long}echo a`, `${long}echo b`, 'true', `${long}echo c`, `${other}1`, `${other}2`)).toBe(
    `d 1\n${long}s 1 1 1 d\necho a\ns 2 1 1 d\necho b\ns 3 1 1 -\ntrue\ns 4 1 1 d\necho c\nd 1\n${other}s 5 1 1 d\n1\ns 6 1 1 d\n2\nr p\n`,
  )
})

it('cuts at the end of a line, and leaves nothing of a text that is the head', () => {
  expect(wire(`${long}echo a`, `${long}echo b`, long)).toBe(
    `d 1\n${long}s 1 1 1 d\necho a\ns 2 1 1 d\necho b\ns 3 0 1 d\nr p\n`,
  )
  expect(wire(long.slice(0, -1), `${long.slice(0, -1)}z`)).not.toContain('d 1')
})
