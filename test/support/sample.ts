import { createHash } from 'node:crypto'

/**
 * All combinations with VENVOY_TEST_ALL, otherwise a sample in which each value of each part comes once at least, of no more than
 * `most`. The sample is that of VENVOY_TEST_SEED, and says so.
 */
export function sampleOf<T extends readonly unknown[]>(what: string, combinations: readonly T[], most?: number): T[] {
  if (process.env.VENVOY_TEST_ALL) {
    console.log(`${what}: all ${combinations.length}`)
    return [...combinations]
  }
  const seed = process.env.VENVOY_TEST_SEED ?? 'venvoy'
  const seen = new Set<string>()
  const chosen = shuffled(combinations, seed)
    .filter((combination) => {
      const parts = combination.map((value, i) => `${i} ${value}`)
      const isNew = parts.some((part) => !seen.has(part))
      for (const part of parts) seen.add(part)
      return isNew
    })
    .slice(0, most)
  console.log(
    `${what}: ${chosen.length} of ${combinations.length} (VENVOY_TEST_SEED=${seed}; VENVOY_TEST_ALL=1 for all)`,
  )
  return chosen
}

/** Every value of the first list with every one of the others. */
export const product = <A, B, C>(as: readonly A[], bs: readonly B[], cs: readonly C[]): [A, B, C][] =>
  as.flatMap((a) => bs.flatMap((b) => cs.map((c): [A, B, C] => [a, b, c])))

function shuffled<T extends readonly unknown[]>(items: readonly T[], seed: string): T[] {
  const keyOf = (item: T) =>
    createHash('sha256')
      .update(`${seed} ${item.join(' ')}`)
      .digest('hex')
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item)
}
