/** The candidate that was probably meant: at most a third of its letters differ. */
function closest(name: string, candidates: Iterable<string>): string | undefined {
  const ranked = [...candidates]
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** `did you mean address?`, or else what there is: `there are web1 and web2`. */
export function suggest(name: string, candidates: readonly string[]): string {
  const meant = closest(name, candidates)
  if (meant !== undefined) return `did you mean ${meant}?`
  if (candidates.length === 0) return 'there are none'
  const shown = candidates.slice(0, 10)
  const more = candidates.length - shown.length
  return `there ${candidates.length === 1 ? 'is' : 'are'} ${listOf([...shown, ...(more > 0 ? [`${more} more`] : [])])}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(names: readonly string[], word = 'and'): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`
}

/** How many letters must be put in, taken out, replaced or swapped with their neighbour. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)])
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : replaced
      rows[i]![j] = Math.min(replaced, swapped, rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1)
    }
  return rows[a.length]![b.length]!
}
