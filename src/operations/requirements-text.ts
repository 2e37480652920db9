import { lineEnd, logicalLines } from '../lock/logical-lines.js'
import { type Exists, meaningOf, type RequirementMeaning } from './requirements-line.js'

/** A line that concerns us, by its number in the file, from 1. */
export type NotedLine = RequirementMeaning & { readonly line: number }

/** What a requirements or constraints file holds. */
export interface RequirementsText {
  /** For pip on the host: the file with editable folders of the tree made plain ones. Lines keep their numbers. */
  readonly text: string
  readonly noted: readonly NotedLine[]
}

/** Reads the text of a file by pip's rules for comments, continuations and options. */
export function parseRequirements(text: string, exists: Exists): RequirementsText {
  const physical = text.split(lineEnd)
  const noted: NotedLine[] = []
  const lines = logicalLines(physical)
  const rewritten = lines.flatMap(({ first, count, text }) => {
    const meaning = meaningOf(text, exists)
    if (meaning.kind !== 'other') noted.push({ ...meaning, line: first })
    if (meaning.kind !== 'local' || !meaning.editable) return physical.slice(first - 1, first - 1 + count)
    return [meaning.requirement, ...Array<string>(count - 1).fill('')]
  })
  return { text: rewritten.join('\n'), noted }
}

/**
 * The text of a requirements file: by its byte order mark, by `# -*- coding: … -*-` in its first two lines, or UTF-8.
 * It will be sent as UTF-8, and a coding line says so. Undefined: the bytes are not what they should be.
 */
export function decodeRequirements(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).split('\n').slice(0, 2)
  const declared = head.map((line) => coding.exec(line)?.[1]).find((name) => name !== undefined)
  const mark = byteOrderMarks.find(({ start }) => start.every((byte, i) => bytes[i] === byte))
  try {
    const text = new TextDecoder(mark?.label ?? labelOf(declared ?? 'utf-8'), { fatal: true }).decode(bytes)
    return declared === undefined ? text : text.replace(declared, 'utf-8')
  } catch {
    return undefined
  }
}

// `# -*- coding: latin-1 -*-`, `# vim: set fileencoding=utf-8 :`
const coding = /^#.*coding[:=]\s*([-\w.]+)/

const byteOrderMarks = [
  { start: [0xef, 0xbb, 0xbf], label: 'utf-8' },
  { start: [0xff, 0xfe], label: 'utf-16le' },
  { start: [0xfe, 0xff], label: 'utf-16be' },
]

/** Python's names for encodings, as the web has them: `latin-1` → `latin1`, `utf_8` → `utf-8`. */
const labelOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^latin-/, 'latin')
