/** The lines of a text, and the same with placeholders for a target's own words; nothing where they could not be told apart. */
interface Masked {
  readonly lines: readonly string[]
  readonly masked: readonly string[] | undefined
}

/**
 * For each text the lines in which it is most like the others. A line in which own words stand may be common as it is (a list of
 * all hosts) or with placeholders (a greeting): what more of the texts have is taken.
 */
export function alikeLines(texts: readonly Masked[]): (readonly string[])[] {
  const counts = countsOf(texts)
  return texts.map(({ lines, masked }) => {
    if (masked === undefined) return lines
    return lines.map((line, at) => {
      const other = masked[at]!
      const [asItIs = 0, asMasked = 0] = [counts.get(line), counts.get(other)]
      return line !== other && (asItIs < 2 || asMasked > asItIs) ? other : line
    })
  })
}

/** In how many texts a line stands, of those for which there is a choice. */
function countsOf(texts: readonly Masked[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { lines, masked } of texts)
    lines.forEach((line, at) => {
      const other = masked?.[at]
      if (other !== undefined && other !== line) for (const each of [line, other]) counts.set(each, 0)
    })
  if (counts.size === 0) return counts
  for (const { lines, masked } of texts)
    for (const line of new Set([...lines, ...(masked ?? [])]))
      if (counts.has(line)) counts.set(line, counts.get(line)! + 1)
  return counts
}
