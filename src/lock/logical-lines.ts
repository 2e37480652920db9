/** A line as pip sees it: continuations joined, the comment gone. */
export interface LogicalLine {
  readonly first: number
  readonly count: number
  readonly text: string
}

// Where Python's splitlines ends a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they end lines too
export const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/

// `# a comment`, `django  # a comment`; not `x#egg=y`
const comment = /(^|\s+)#.*$/

/** Each physical line belongs to one logical line; some of these are empty. */
export function logicalLines(physical: readonly string[]): LogicalLine[] {
  const lines: LogicalLine[] = []
  let parts: string[] = []
  let count = 0
  for (const [i, line] of physical.entries()) {
    const isComment = /^\s*#/.test(line)
    const continues = line.endsWith('\\') && !isComment && i < physical.length - 1
    count++
    // The space keeps a comment one that follows a continued line.
    parts.push(line.endsWith('\\') && !isComment ? line.replaceAll(/^\\+|\\+$/g, '') : isComment ? ` ${line}` : line)
    if (continues) continue
    lines.push({ first: i + 2 - count, count, text: parts.join('').replace(comment, '').trim() })
    parts = []
    count = 0
  }
  return lines
}
