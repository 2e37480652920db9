/** What a wheel's name says it is for. */
export interface WheelName {
  /** Of two builds of the same, the higher one counts: `1` of `pip-1.0-1-py3-none-any.whl`. */
  readonly build: number
  /** All combinations: `['py2-none-any', 'py3-none-any']`. */
  readonly tags: readonly string[]
}

/** Reads `greenlet-3.1.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`. Undefined: no name of a wheel. */
export function parseWheelName(filename: string): WheelName | undefined {
  const parts = filename.replace(/\.whl$/i, '').split('-')
  if (!/\.whl$/i.test(filename) || parts.length < 5 || parts.length > 6) return undefined
  const [pythons = '', abis = '', platforms = ''] = parts.slice(-3)
  const split = (text: string) => text.split('.')
  return {
    build: parts.length === 6 ? Number.parseInt(parts[2]!, 10) || 0 : 0,
    tags: split(pythons).flatMap((python) =>
      split(abis).flatMap((abi) => split(platforms).map((platform) => `${python}-${abi}-${platform}`)),
    ),
  }
}

/** The rank of a wheel's best tag among the compatible ones; undefined: it cannot be installed. */
export function rankOf({ tags }: WheelName, compatible: ReadonlyMap<string, number>): number | undefined {
  const ranks = tags.map((tag) => compatible.get(tag)).filter((rank) => rank !== undefined)
  return ranks.length === 0 ? undefined : Math.min(...ranks)
}
