import { suggest } from '../config/suggest.js'
import { VenvoyError } from '../errors.js'
import { type Folded, fold, type Marker } from './marker.js'
import { normalName } from './name.js'

/** What of a lockfile is wanted beside its main requirements; names are normalised. */
export interface Chosen {
  readonly extras: readonly string[]
  readonly groups: readonly string[]
}

/** The chosen names, normalised. Throws where the lockfile has no such one. */
export function choose(
  key: 'extras' | 'groups',
  wanted: readonly string[],
  known: readonly string[],
  path: string,
): string[] {
  const there = known.map(normalName)
  const chosen = wanted.map(normalName)
  const missing = chosen.find((name) => !there.includes(name))
  if (missing === undefined) return chosen
  throw new VenvoyError({
    kind: 'config',
    where: `venv.${key}`,
    what: `${path} has no ${key === 'extras' ? 'extra' : 'group'} ${missing} (${suggest(missing, there)})`,
  })
}

/** A marker with what it says of extras and groups decided. */
export const decided = (marker: Folded, { extras, groups }: Chosen): Folded =>
  fold(marker, (compare) => {
    const variable = variableOf(compare)
    const name = normalName((compare.left.kind === 'text' ? compare.left : compare.right).text)
    if (variable === undefined) return undefined
    const isThere = (variable === 'dependency_groups' ? groups : extras).includes(name)
    return compare.operator === '!=' || compare.operator === 'not in' ? !isThere : isThere
  })

function variableOf({ left, right }: Extract<Marker, { kind: 'compare' }>): string | undefined {
  const found = [left, right].find(
    ({ kind, text }) => kind === 'variable' && ['extra', 'extras', 'dependency_groups'].includes(text),
  )
  return found?.text
}
