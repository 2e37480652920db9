/** So many names are read more easily one by one. */
export const fewNames = 3

/** The numbers in a name: `web12.dc3` has two. */
const numbers = /(\d+)/

/** A number that begins with a zero has its width for a meaning: `01`, `007`. */
const padded = /^0\d/

/** A name in pieces, texts and numbers in turn. Names that differ in one number only become one, with the numbers in brackets. */
interface Series {
  readonly pieces: readonly string[]
  /** Where the first of its names stands. */
  readonly at: number
}

/** Names in short, in the order in which they come: `web[1-40,42], db1`. Up to three stand as they are. */
export function foldNames(names: readonly string[]): string {
  return names.length <= fewNames ? names.join(', ') : nameRanges(names).join(', ')
}

/** The same cut to so many ranges: `web[1-40], db1, db7 and 3 more`. */
export function someNames(names: readonly string[], most: number): string {
  const ranges = names.length <= fewNames ? names : nameRanges(names)
  const left = ranges.length - most
  return left > 1 ? `${ranges.slice(0, most).join(', ')} and ${left} more` : ranges.join(', ')
}

function nameRanges(names: readonly string[]): string[] {
  let series = [...new Set(names)].map((name, at): Series => ({ pieces: name.split(numbers), at }))
  const longest = Math.max(...series.map(({ pieces }) => pieces.length))
  // The last number is the one that is counted, as a rule: rack1-node[1-40].
  for (let place = longest - 2; place > 0; place -= 2) series = mergedAt(series, place)
  return series.toSorted((a, b) => a.at - b.at).map(({ pieces }) => pieces.join(''))
}

function mergedAt(series: readonly Series[], place: number): Series[] {
  const widths = new Set(
    series.filter(({ pieces }) => padded.test(pieces[place] ?? '')).map(({ pieces }) => keyAt(pieces, place, 'padded')),
  )
  const groups = new Map<string, Series[]>()
  for (const each of series) {
    const wide = keyAt(each.pieces, place, 'padded')
    const key = widths.has(wide) ? wide : keyAt(each.pieces, place, 'plain')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return [...groups.values()].map((group) => (group.length === 1 ? group[0]! : merged(group, place)))
}

/** What names have in common that differ in this number only; with zeros in front, its width is common, too. */
function keyAt(pieces: readonly string[], place: number, kind: 'padded' | 'plain'): string {
  const number = pieces[place] ?? ''
  const mark = kind === 'padded' ? `${number.length}` : 'n'
  return JSON.stringify([...pieces.slice(0, place), mark, ...pieces.slice(place + 1)])
}

function merged(group: readonly Series[], place: number): Series {
  const [first] = group
  const texts = group.map(({ pieces }) => pieces[place]!).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  const pieces = [...first!.pieces]
  pieces[place] = `[${ranges(texts)}]`
  return { pieces, at: Math.min(...group.map(({ at }) => at)) }
}

/** `1-3,7` */
function ranges(sorted: readonly string[]): string {
  const found: { first: string; last: string }[] = []
  for (const text of sorted) {
    const range = found.at(-1)
    if (range !== undefined && BigInt(text) === BigInt(range.last) + 1n) range.last = text
    else found.push({ first: text, last: text })
  }
  return found.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(',')
}
