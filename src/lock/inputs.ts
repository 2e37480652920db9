import { createHash } from 'node:crypto'
import { publicUrl } from './artifact.js'
import { lineEnd, logicalLines } from './logical-lines.js'

/** What a lockfile is made from, as pip is asked for it. */
export interface LockInputs {
  /** Texts of requirements and constraints by their path in the tree. */
  readonly files: Readonly<Record<string, string>>
  /** `['-r', 'requirements.in', '-c', 'constraints.txt', 'gunicorn==23.0']` */
  readonly arguments: readonly string[]
}

/**
 * The digest of what a lockfile is made from; comments, blank lines and the order of lines do not count. SHA-256,
 * hexadecimal, its first 32 digits.
 */
export function inputsDigest(inputs: LockInputs): string {
  const files = Object.entries(inputs.files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => [path, linesOf(text)])
  const text = JSON.stringify([1, files, inputs.arguments.map(publicUrl)])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

const linesOf = (text: string): string[] =>
  logicalLines(text.split(lineEnd))
    .map((line) => publicUrl(line.text.replace(/\s+/g, ' ')))
    .filter((line) => line !== '')
    .sort()
